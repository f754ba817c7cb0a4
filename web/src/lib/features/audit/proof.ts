// SPDX-License-Identifier: Apache-2.0
// Proves an entry of a log from what the node hands out, trusting nothing of it but the directory's keys: every hash is computed
// here (WebCrypto), step by step, so that a person can follow it. Formats: docs/reference/trail.md.
import type { Schemas } from '$lib/api';
import { fromBase64 } from '$lib/ui/download';

export type Proof = Schemas['ProofOut'];

export type StepName = 'leaf' | 'path' | 'signature' | 'anchor' | 'anchor_path' | 'cosigned';

/** `ok` undefined: this browser can't check it. `hashes`: what was computed on the way. */
export interface Step {
  name: StepName;
  ok: boolean | undefined;
  values: Record<string, string | number>;
  hashes: { what: string; hex: string }[];
}

const TEXT = new TextEncoder();

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

export function hex(raw: Uint8Array): string {
  return [...raw].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

export const leafHash = (leaf: Uint8Array) => sha256(Uint8Array.of(0), leaf);
const nodeHash = (left: Uint8Array, right: Uint8Array) => sha256(Uint8Array.of(1), left, right);

/** From a leaf to the root (RFC 9162, 2.1.3.2). Undefined where the path has the wrong length for its place. */
export async function climb(
  leaf: Uint8Array, index: number, size: number, path: readonly string[], heard: Step['hashes'] = []
): Promise<Uint8Array | undefined> {
  if (index < 0 || index >= size) return undefined;
  let [at, last, root] = [index, size - 1, leaf];
  const half = (n: number) => Math.floor(n / 2);
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (at % 2 === 1 || at === last) {
      root = await nodeHash(unhex(sibling), root);
      heard.push({ what: `SHA-256(01 ‖ ${sibling.slice(0, 8)}… ‖ ·)`, hex: hex(root) });
      while (at % 2 === 0 && at !== 0) [at, last] = [half(at), half(last)];
    } else {
      root = await nodeHash(root, unhex(sibling));
      heard.push({ what: `SHA-256(01 ‖ · ‖ ${sibling.slice(0, 8)}…)`, hex: hex(root) });
    }
    [at, last] = [half(at), half(last)];
  }
  return last === 0 ? root : undefined;
}

interface Note {
  text: string;
  origin: string;
  size: number;
  root: Uint8Array;
  lines: string[];
}

export function readNote(raw: string): Note {
  const cut = raw.lastIndexOf('\n\n');
  const text = raw.slice(0, cut + 1);
  const [origin = '', size = '', root = ''] = text.split('\n');
  return { text, origin, size: Number(size), root: fromBase64(root), lines: raw.slice(cut + 2).split('\n').filter(Boolean) };
}

function readSignature(line: string): { name: string; value: Uint8Array } | undefined {
  const [dash, name = '', value = ''] = line.trim().split(' ');
  return dash === '—' ? { name, value: fromBase64(value).subarray(4) } : undefined;
}

/** Undefined where this browser knows no Ed25519. */
async function verify(key: string, signature: Uint8Array, message: Uint8Array): Promise<boolean | undefined> {
  let known: CryptoKey;
  try {
    known = await crypto.subtle.importKey('raw', fromBase64(key), 'Ed25519', false, ['verify']);
  } catch {
    return undefined;
  }
  return crypto.subtle.verify('Ed25519', known, new Uint8Array(signature), new Uint8Array(message));
}

const same = (one: Uint8Array | undefined, other: Uint8Array) => one !== undefined && hex(one) === hex(other);

/** Every step in order; the proof holds where none is false. */
export async function prove(proof: Proof): Promise<Step[]> {
  const note = readNote(proof.checkpoint);
  const leaf = await leafHash(TEXT.encode(proof.header));
  const steps: Step[] = [{ name: 'leaf', ok: true, values: {}, hashes: [{ what: 'SHA-256(00 ‖ entry)', hex: hex(leaf) }] }];
  const heard: Step['hashes'] = [];
  const root = await climb(leaf, proof.position, note.size, proof.path, heard);
  steps.push({ name: 'path', ok: same(root, note.root), values: { size: note.size, count: proof.path.length }, hashes: heard });
  steps.push(await proveSignature(proof, note));
  if (proof.anchor) steps.push(...(await proveAnchor(proof, proof.anchor)));
  return steps;
}

async function proveSignature(proof: Proof, note: Note): Promise<Step> {
  const signatures = note.lines.map(readSignature);
  const key = proof.keys.find((one) => !one.cosigns);
  const found = signatures.find((one) => one?.name === key?.name);
  const ok = key && found ? await verify(key.public, found.value, TEXT.encode(note.text)) : false;
  return { name: 'signature', ok, values: { name: key?.name ?? '' }, hashes: [] };
}

async function proveAnchor(proof: Proof, anchor: NonNullable<Proof['anchor']>): Promise<Step[]> {
  const salt = unhex(anchor.salt);
  const length = Uint8Array.of(salt.length >> 8, salt.length & 255);
  const commitment = await sha256(TEXT.encode('tearline/commitment\0'), length, salt, TEXT.encode(anchor.body));
  const bound = JSON.parse(anchor.body) as Record<string, string>;
  const committed = (JSON.parse(anchor.leaf) as { commitments: string[] }).commitments;
  const opens = committed.length === 1 && committed[0] === hex(commitment) && bound[proof.log] === proof.checkpoint;
  const heard: Step['hashes'] = [];
  const root = await climb(await leafHash(TEXT.encode(anchor.leaf)), anchor.position, anchor.size, anchor.path, heard);
  return [
    { name: 'anchor', ok: opens, values: { position: anchor.position }, hashes: [{ what: 'SHA-256(commitment)', hex: hex(commitment) }] },
    { name: 'anchor_path', ok: same(root, unhex(anchor.root)), values: { size: anchor.size, count: anchor.path.length }, hashes: heard },
    await proveCosigned(proof, anchor)
  ];
}

async function proveCosigned(proof: Proof, anchor: NonNullable<Proof['anchor']>): Promise<Step> {
  const text = `${anchor.origin}\n${anchor.size}\n${btoa(String.fromCharCode(...unhex(anchor.root)))}\n`;
  const good: string[] = [];
  let ok: boolean | undefined = true;
  for (const line of anchor.cosignatures) {
    const found = readSignature(line);
    const key = proof.keys.find((one) => one.cosigns && one.name === found?.name);
    if (!found || !key) continue;
    const time = new DataView(found.value.buffer, found.value.byteOffset, 8).getBigUint64(0);
    const holds = await verify(key.public, found.value.subarray(8), TEXT.encode(`cosignature/v1\ntime ${time}\n${text}`));
    if (holds) good.push(key.name.split('/')[0]!);
    else if (ok !== false) ok = holds;
  }
  return { name: 'cosigned', ok, values: { count: good.length, members: good.join(', ') || '–' }, hashes: [] };
}
