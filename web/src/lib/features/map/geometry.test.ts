// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { covers, printView, widen } from './geometry.ts';

describe('a view', () => {
  it('is written with its first corner east of the second where it crosses the antimeridian', () => {
    expect(printView([170, -10, 190, 10])).toBe('170.0000,-10.0000;-170.0000,10.0000');
    expect(printView([-190, -10, -170, 10])).toBe('170.0000,-10.0000;-170.0000,10.0000');
    expect(printView([120, 30, 180, 40])).toBe('120.0000,30.0000;180.0000,40.0000');
    expect(printView([350, 0, 400, 1])).toBe('-10.0000,0.0000;40.0000,1.0000');
  });

  it('is the globe once it is as wide', () => {
    expect(printView([-300, -85, 100, 85])).toBe('-180.0000,-85.0000;180.0000,85.0000');
    expect(widen([-150, -80, 150, 80])).toEqual([-180, -90, 180, 90]);
  });

  it('is asked for with a margin, and what lies within it is not asked for again', () => {
    const held = widen([120, 30, 140, 40]);
    expect(held).toEqual([115, 27.5, 145, 42.5]);
    expect(covers(held, [122, 31, 144, 42])).toBe(true);
    expect(covers(held, [114, 31, 130, 42])).toBe(false);
    expect(covers(held, [122, 31, 130, 43])).toBe(false);
  });

  it('is covered whichever way round the globe the map was moved', () => {
    expect(covers([170, 0, 200, 10], [-185, 1, -165, 9])).toBe(true);
    expect(covers([170, 0, 200, 10], [-175, 1, -155, 9])).toBe(false);
    expect(covers([-180, -90, 180, 90], [170, -95, 560, 95])).toBe(true);
  });
});
