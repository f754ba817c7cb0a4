// SPDX-License-Identifier: Apache-2.0
// The sound of a warning: two tones made here, again every few seconds until it is acknowledged or silenced. A browser lets no
// page sound before somebody has pressed or clicked something in it: until then `blocked` says so, for words in its place.
const KEPT = 'tearline.sound';
const AGAIN_MS = 4000;
const TONES = [880, 660, 880, 660];
const TONE_S = 0.18;
const LOUD = 0.2;
const GESTURES = ['keydown', 'pointerdown'] as const;

class Siren {
  /** Whether this machine sounds at all; kept here, on this machine. */
  on: boolean = $state(localStorage.getItem(KEPT) !== 'off');
  blocked: boolean = $state(false);
  sounding: boolean = $state(false);
  #context: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  set(on: boolean): void {
    this.on = on;
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.sounding = true;
    this.#play();
    this.#timer = setInterval(() => this.#play(), AGAIN_MS);
    // The first key or click is what the browser waits for.
    for (const type of GESTURES) addEventListener(type, this.#allowed, { capture: true });
  }

  #allowed = () => {
    if (this.blocked) this.#play();
  };

  stop(): void {
    for (const type of GESTURES) removeEventListener(type, this.#allowed, { capture: true });
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.sounding = false;
    this.blocked = false;
    void this.#context?.close().catch(() => undefined);
    this.#context = undefined;
  }

  #play(): void {
    const context = (this.#context ??= make());
    if (!context) {
      this.blocked = true;
      return;
    }
    this.blocked = context.state !== 'running';
    if (this.blocked) {
      void context.resume().then(() => {
        if (this.#context !== context) return;
        this.blocked = false;
        ring(context);
      }, () => undefined);
      return;
    }
    ring(context);
  }
}

function make(): AudioContext | undefined {
  try {
    return new AudioContext();
  } catch {
    return undefined; // no sound device, or none allowed
  }
}

function ring(context: AudioContext): void {
  const gain = context.createGain();
  gain.connect(context.destination);
  TONES.forEach((pitch, n) => {
    const at = context.currentTime + n * TONE_S;
    const tone = context.createOscillator();
    tone.frequency.value = pitch;
    tone.connect(gain);
    tone.start(at);
    tone.stop(at + TONE_S);
  });
  // Swells and fades, so that nothing cracks.
  const end = context.currentTime + TONES.length * TONE_S;
  gain.gain.setValueAtTime(0.0001, context.currentTime);
  gain.gain.exponentialRampToValueAtTime(LOUD, context.currentTime + 0.04);
  gain.gain.setValueAtTime(LOUD, end - 0.06);
  gain.gain.exponentialRampToValueAtTime(0.0001, end);
}

export const siren = new Siren();
