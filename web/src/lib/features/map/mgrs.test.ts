// SPDX-License-Identifier: Apache-2.0
// The vectors were made once by an implementation of others (GEOTRANS); ours has to write the same, to the metre.
import { describe, expect, it } from 'vitest';
import { parseDegrees, parseMgrs, printDegrees, printMgrs } from './mgrs.ts';
import vectors from './mgrs.vectors.json';

const ROWS = vectors as [number, number, string][];

/** Two references to the metre differ at most by the rounding of one. */
function apart(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.replace(/\s/g, '').replace(/^(\d)(?=[A-Z])/, '0$1')) as [string, string];
  if (a.slice(0, -10) !== b.slice(0, -10)) return Infinity;
  const parts = (text: string) => [Number(text.slice(-10, -5)), Number(text.slice(-5))] as [number, number];
  const [[ax, ay], [bx, by]] = [parts(a), parts(b)];
  return Math.max(Math.abs(ax - bx), Math.abs(ay - by));
}

describe('MGRS', () => {
  it.each(ROWS)('writes %f %f as %s', (lat, lon, text) => {
    expect(apart(printMgrs(lon, lat), text)).toBeLessThanOrEqual(1);
  });
  it.each(ROWS)('finds %f %f again in its own square', (lat, lon) => {
    for (const digits of [10, 8, 6, 4, 2]) {
      const square = parseMgrs(printMgrs(lon, lat, digits));
      expect(square, `${digits}`).toBeDefined();
      if (!square) return;
      expect(square.metres).toBe(10 ** (5 - digits / 2));
      expect(lat).toBeGreaterThanOrEqual(square.south - 0.2);
      expect(lat).toBeLessThanOrEqual(square.north + 0.2);
      expect(square.text).toBe(printMgrs(lon, lat, digits));
    }
  });
  it.each(['', '52', '61SBH1234', '52IBH12', '52SBI12', '52SBH123', '52SZZ1234', 'Pyongyang', '52SBH123456789012', 'AIA12', '0SBH12', '51SYD 5 356', '51SYD 56 3', '32XNG12', '52OBH12', '52AYD12'])('refuses %s', (text) => {
    expect(parseMgrs(text)).toBeUndefined();
  });
  it('a whole square of 100 km is one, too', () => {
    expect(parseMgrs('51S YD')?.metres).toBe(100_000);
  });
});

describe('degrees', () => {
  it('are read as people write them, latitude first', () => {
    expect(parseDegrees('39.127N 125.964E')).toEqual({ lat: 39.127, lon: 125.964, step: 0.001 });
    expect(parseDegrees('39.127, -125.964')).toEqual({ lat: 39.127, lon: -125.964, step: 0.001 });
    expect(parseDegrees('39°07′30″S 125°30′W')).toEqual({ lat: -39.125, lon: -125.5, step: 1 / 60 });
    expect(parseDegrees('91N 10E')).toBeUndefined();
    expect(parseDegrees('12 July')).toBeUndefined();
  });
  it('carry as many decimals as their square bears', () => {
    expect(printDegrees(125.9641, -39.1234, 1000)).toBe('39.12S 125.96E');
  });
});
