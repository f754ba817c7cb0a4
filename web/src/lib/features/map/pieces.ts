// SPDX-License-Identifier: Apache-2.0
// What a map draws: positions at one place are one piece with all its reports. A cell stays a cell.
import { collect, feature, type Collection } from './topology.ts';
import { frameOf, greatCircle, hull, readShapes, spotsOf, type Frame, type Shape, type Spot } from './geometry.ts';
import { codeOf } from './codes.ts';

export interface Position {
  /** Whose position it is: the product, or whatever the caller counts by. */
  key: string;
  geometry: unknown;
  role: string;
  symbol: string;
  /** Milliseconds since 1970: when it was so. */
  at: number;
  /** The launch it belongs to, where that is said. */
  launched?: number;
  /** 1: fresh; towards 0 the older it is. */
  fade: number;
}

export interface Piece {
  id: string;
  shapes: Shape[];
  frame: Frame;
  keys: string[];
  role: string;
  code: string;
  fade: number;
}

export function makePieces(positions: readonly Position[]): Piece[] {
  const made = new Map<string, Piece>();
  for (const position of positions) {
    const shapes = readShapes(position.geometry);
    const frame = frameOf(shapes);
    if (!frame) continue;
    const code = codeOf(position.symbol, position.role);
    const id = `${position.role}|${code}|${JSON.stringify(shapes.map((s) => s.coordinates))}`;
    const known = made.get(id);
    if (!known) made.set(id, { id, shapes, frame, keys: [position.key], role: position.role, code, fade: position.fade });
    else {
      if (!known.keys.includes(position.key)) known.keys.push(position.key);
      known.fade = Math.max(known.fade, position.fade);
    }
  }
  return [...made.values()];
}

export const POINTS = ['Point', 'MultiPoint'];

/** As the sources of a map: points with symbols apart from lines and areas. */
export function drawPieces(pieces: readonly Piece[], picked: string): { points: Collection; shapes: Collection } {
  const all = pieces.flatMap((piece) =>
    piece.shapes.map((shape) =>
      feature(shape, { id: piece.id, role: piece.role, code: piece.code, fade: piece.fade, count: piece.keys.length, picked: piece.id === picked })
    )
  );
  const isPoint = (f: GeoJSON.Feature) => POINTS.includes(f.geometry.type);
  return { points: collect(all.filter(isPoint)), shapes: collect(all.filter((f) => !isPoint(f))) };
}

/** Two statements of a launch within this time are taken for the same one. */
const SAME_LAUNCH_MS = 120_000;
const TRACKS_MAX = 4;

/**
 * From a launch to the impact that is said to belong to it: a line between two points, a corridor where one of them is an
 * area, for the way there is not known better than its ends. Joined by the launch's time alone, so it is drawn dashed.
 */
export function joinTracks(positions: readonly Position[]): Collection {
  const launches = positions.filter((p) => p.role === 'launch' && p.launched !== undefined);
  const tracks = new Map<string, GeoJSON.Feature>();
  for (const impact of positions.filter((p) => p.role === 'impact' && p.launched !== undefined)) {
    const near = launches.filter((l) => Math.abs((l.launched ?? 0) - (impact.launched ?? 0)) <= SAME_LAUNCH_MS);
    for (const launch of near.slice(0, TRACKS_MAX)) {
      const [from, to] = [readShapes(launch.geometry)[0], readShapes(impact.geometry)[0]];
      if (from && to) tracks.set(JSON.stringify([from.coordinates, to.coordinates]), feature(wayBetween(from, to), { fade: Math.min(launch.fade, impact.fade) }));
    }
  }
  return collect([...tracks.values()]);
}

function wayBetween(from: Shape, to: Shape): GeoJSON.Geometry {
  if (from.type === 'Point' && to.type === 'Point') return { type: 'LineString', coordinates: greatCircle(from.coordinates as Spot, to.coordinates as Spot) };
  const ring = hull([...spotsOf(from), ...spotsOf(to)]);
  const curved = ring.slice(1).flatMap((spot, n) => greatCircle(ring[n] as Spot, spot, 16).slice(1));
  return { type: 'Polygon', coordinates: [[ring[0] as Spot, ...curved.slice(0, -1), ring[0] as Spot]] };
}

const NEAR_DEGREES = 25;

/** The frame in which most of it lies: what is far from the middle one does not make everything else small. */
export function mainFrame(pieces: readonly Piece[]): Frame | undefined {
  const middle = (values: number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const [lon, lat] = [middle(pieces.map((p) => p.frame[0])), middle(pieces.map((p) => p.frame[1]))];
  const near = pieces.filter((p) => Math.abs(p.frame[0] - lon) <= NEAR_DEGREES && Math.abs(p.frame[1] - lat) <= NEAR_DEGREES);
  return frameOf((near.length ? near : pieces).flatMap((p) => p.shapes));
}
