// SPDX-License-Identifier: Apache-2.0
// An area being drawn, corner by corner: by pressing on the map, by keys at its middle, or by typing.
import { collect, feature, type Collection } from './topology.ts';
import { parseDegrees, parseMgrs } from './mgrs.ts';
import { areaOf, unroll, type Shape, type Spot } from './geometry.ts';

export type Mode = '' | 'point' | 'box' | 'polygon';

/** Corners as the API takes an area: south-west and north-east, or those of a polygon. */
export type Corners = Spot[];

export class Sketch {
  mode: Mode = $state('');
  corners: Corners = $state.raw([]);
  /** The area that was finished. */
  area: Corners = $state.raw([]);

  constructor(readonly done: (corners: Corners, mode: Mode) => void = () => undefined) {}

  begin(mode: Mode): void {
    this.mode = mode;
    this.corners = [];
  }

  add(at: Spot): void {
    if (!this.mode) return;
    this.corners = [...this.corners, tidy(at)];
    if ((this.mode === 'point' && this.corners.length === 1) || (this.mode === 'box' && this.corners.length === 2)) this.finish();
  }

  takeBack(): void {
    this.corners = this.corners.slice(0, -1);
  }

  get finishable(): boolean {
    return this.mode === 'polygon' && this.corners.length >= 3;
  }

  finish(): void {
    const { mode, corners } = this;
    if (mode === 'polygon' && corners.length < 3) return;
    const made = mode === 'box' ? boxOf(corners[0] as Spot, corners[1] as Spot) : corners;
    this.mode = '';
    this.corners = [];
    this.area = made;
    this.done(made, mode);
  }

  cancel(): void {
    this.mode = '';
    this.corners = [];
  }

  clear(): void {
    this.cancel();
    this.area = [];
  }

  /** Set from elsewhere: a search's own area, what was typed. */
  set(corners: Corners): void {
    this.cancel();
    this.area = corners;
  }

  drawn(): Collection {
    const corners = this.corners.map((c) => feature({ type: 'Point', coordinates: c }));
    const line = this.corners.length > 1 ? [feature({ type: 'LineString', coordinates: this.corners })] : [];
    const area = this.area.length === 1 ? [feature({ type: 'Point', coordinates: this.area[0] as Spot })] : this.area.length ? [feature(polygonOf(this.area))] : [];
    return collect([...area, ...line, ...corners]);
  }
}

/** West, south; east, north: over the antimeridian, where that is the shorter way. */
export function boxOf(a: Spot, b: Spot): Corners {
  const [west, east] = Math.abs(a[0] - b[0]) > 180 ? [Math.max(a[0], b[0]), Math.min(a[0], b[0])] : [Math.min(a[0], b[0]), Math.max(a[0], b[0])];
  return [[west, Math.min(a[1], b[1])], [east, Math.max(a[1], b[1])]];
}

/** The ring of an area's corners, not closed; two are a box. Longitudes go on beyond 180 where it crosses the antimeridian. */
function ringOf(corners: Corners): Spot[] {
  if (corners.length !== 2) return unroll(corners);
  const [[west, south], [e, north]] = corners as [Spot, Spot];
  const east = e < west ? e + 360 : e;
  return [[west, south], [east, south], [east, north], [west, north]];
}

/** As it is drawn: one piece, wherever it lies. */
export function polygonOf(corners: Corners): GeoJSON.Polygon {
  const ring = ringOf(corners);
  return { type: 'Polygon', coordinates: [[...ring, ring[0] as Spot]] };
}

/** As a query says it: `125,39;126,39.5`. */
export function printArea(corners: Corners): string {
  return corners.map((c) => c.join(',')).join(';');
}

export function readArea(text: string): Corners {
  const corners = text.split(';').map((part) => part.split(',').map(Number) as Spot);
  return corners.length >= 2 && corners.every((c) => c.length === 2 && c.every(Number.isFinite)) ? corners : [];
}

/** Typed: one MGRS square, two places (MGRS or degrees) with `/` or `to` between as a box's corners, or one place. */
export function parsePlaces(text: string): Corners {
  const parts = text.split(/\s*(?:\/|;|\bto\b|–)\s*/i).filter(Boolean);
  const first = parts[0] ? parsePlace(parts[0]) : undefined;
  const second = parts[1] ? parsePlace(parts[1]) : undefined;
  if (!first || parts.length > 2 || (parts.length === 2 && !second)) return [];
  if (!second) return first;
  const all = [...first, ...second];
  return boxOf(
    [Math.min(...all.map((c) => c[0])), Math.min(...all.map((c) => c[1]))],
    [Math.max(...all.map((c) => c[0])), Math.max(...all.map((c) => c[1]))]
  );
}

/** The same as an area to look in: one place in degrees is as wide as its digits say. */
export function parseArea(text: string): Corners {
  const spot = parseDegrees(text);
  if (!spot) return parsePlaces(text);
  const half = spot.step / 2;
  return [tidy([spot.lon - half, spot.lat - half]), tidy([spot.lon + half, spot.lat + half])];
}

function parsePlace(text: string): Corners | undefined {
  const square = parseMgrs(text);
  if (square) return [tidy([square.west, square.south]), tidy([square.east, square.north])];
  const spot = parseDegrees(text);
  return spot ? [tidy([spot.lon, spot.lat])] : undefined;
}

/** Six decimals are 11 cm; a longitude lies on the globe. */
function tidy([lon, lat]: Spot): Spot {
  const turned = ((((lon + 180) % 360) + 360) % 360) - 180;
  return [Math.round(turned * 1e6) / 1e6, Math.round(Math.max(-90, Math.min(90, lat)) * 1e6) / 1e6];
}

/** What was drawn or typed as a position of a product: a point, or an area. */
export function shapeOf(corners: Corners): Shape | undefined {
  if (!corners.length) return undefined;
  return corners.length === 1 ? { type: 'Point', coordinates: corners[0] as Spot } : areaOf(ringOf(corners));
}
