// SPDX-License-Identifier: Apache-2.0
// GeoJSON of positions, as far as it is drawn: read strictly, framed, joined. What can't be read is not drawn.

export type Spot = [number, number];
export type Shape = GeoJSON.Point | GeoJSON.MultiPoint | GeoJSON.LineString | GeoJSON.MultiLineString | GeoJSON.Polygon | GeoJSON.MultiPolygon;
/** West, south, east, north. */
export type Frame = [number, number, number, number];

const DEPTH: Record<string, number> = { Point: 0, MultiPoint: 1, LineString: 1, MultiLineString: 2, Polygon: 2, MultiPolygon: 3 };

/** A geometry given as text or as an object; a collection gives its members. */
export function readShapes(value: unknown): Shape[] {
  const given = typeof value === 'string' ? parse(value) : value;
  if (typeof given !== 'object' || given === null) return [];
  const { type, coordinates, geometries } = given as Record<string, unknown>;
  if (type === 'GeometryCollection' && Array.isArray(geometries)) return geometries.flatMap((g) => readShapes(g));
  const depth = typeof type === 'string' ? DEPTH[type] : undefined;
  return depth !== undefined && isNested(coordinates, depth) ? [given as Shape] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isNested(value: unknown, depth: number): boolean {
  if (!Array.isArray(value) || !value.length) return false;
  if (depth) return value.every((part) => isNested(part, depth - 1));
  const [lon, lat] = value as unknown[];
  return typeof lon === 'number' && typeof lat === 'number' && Math.abs(lon) <= 180 && Math.abs(lat) <= 90;
}

export function spotsOf(shape: Shape): Spot[] {
  if (shape.type === 'Point') return [shape.coordinates as Spot];
  return (shape.coordinates as unknown[]).flat((DEPTH[shape.type] ?? 1) - 1) as Spot[];
}

export function frameOf(shapes: readonly Shape[]): Frame | undefined {
  const spots = shapes.flatMap(spotsOf);
  if (!spots.length) return undefined;
  return spots.reduce<Frame>(([w, s, e, n], [lon, lat]) => [Math.min(w, lon), Math.min(s, lat), Math.max(e, lon), Math.max(n, lat)], [180, 90, -180, -90]);
}

/** Whether two frames meet; one that is given may reach beyond the antimeridian (a map that was moved around the globe). */
export function meets(frame: Frame, view: Frame): boolean {
  const [w, s, e, n] = frame;
  return s <= view[3] && n >= view[1] && [-360, 0, 360].some((turn) => w + turn <= view[2] && e + turn >= view[0]);
}

/** A quarter more on each side: moving a little asks for nothing new. */
const MARGIN = 0.25;
const GLOBE: Frame = [-180, -90, 180, 90];

export function widen([w, s, e, n]: Frame): Frame {
  const [x, y] = [(e - w) * MARGIN, (n - s) * MARGIN];
  return e - w + 2 * x >= 360 ? [GLOBE[0], Math.max(-90, s - y), GLOBE[2], Math.min(90, n + y)] : [w - x, Math.max(-90, s - y), e + x, Math.min(90, n + y)];
}

/** Whether all of a frame lies in another; either may reach beyond the antimeridian. */
export function covers(outer: Frame, inner: Frame): boolean {
  if (outer[1] > Math.max(-90, inner[1]) || outer[3] < Math.min(90, inner[3])) return false;
  return outer[2] - outer[0] >= 360 || [-360, 0, 360].some((turn) => outer[0] <= inner[0] + turn && outer[2] >= inner[2] + turn);
}

/** As the node takes a view: south-west;north-east, the first east of the second where it crosses the antimeridian. */
export function printView(frame: Frame): string {
  const [w, s, e, n] = frame[2] - frame[0] >= 360 ? [GLOBE[0], frame[1], GLOBE[2], frame[3]] : [wrap(frame[0]), frame[1], wrap(frame[2]), frame[3]];
  return `${w.toFixed(4)},${s.toFixed(4)};${e.toFixed(4)},${n.toFixed(4)}`;
}

function wrap(lon: number): number {
  return Math.abs(lon) <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;
}

const RADIANS = Math.PI / 180;

/** The shortest way over the globe, in short steps; longitudes go on beyond 180 where it crosses the antimeridian. */
export function greatCircle(from: Spot, to: Spot, steps = 32): Spot[] {
  const [a, b] = [vector(from), vector(to)];
  const angle = Math.acos(Math.max(-1, Math.min(1, a[0] * b[0] + a[1] * b[1] + a[2] * b[2])));
  if (angle < 1e-9) return [from, to];
  let before = from[0];
  return Array.from({ length: steps + 1 }, (_, n): Spot => {
    const [p, q] = [Math.sin((1 - n / steps) * angle) / Math.sin(angle), Math.sin((n / steps) * angle) / Math.sin(angle)];
    const [x, y, z] = [a[0] * p + b[0] * q, a[1] * p + b[1] * q, a[2] * p + b[2] * q];
    const lon = Math.atan2(y, x) / RADIANS;
    before = lon - before > 180 ? lon - 360 : before - lon > 180 ? lon + 360 : lon;
    return [before, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
  });
}

function vector([lon, lat]: Spot): [number, number, number] {
  return [Math.cos(lat * RADIANS) * Math.cos(lon * RADIANS), Math.cos(lat * RADIANS) * Math.sin(lon * RADIANS), Math.sin(lat * RADIANS)];
}

/** The hull of places on the plane of longitude and latitude, counterclockwise, closed. */
export function hull(spots: readonly Spot[]): Spot[] {
  const sorted = [...spots].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  const half = (list: Spot[]) => {
    const out: Spot[] = [];
    for (const spot of list) {
      while (out.length > 1 && turn(out[out.length - 2] as Spot, out[out.length - 1] as Spot, spot) <= 0) out.pop();
      out.push(spot);
    }
    return out.slice(0, -1);
  };
  const ring = [...half(sorted), ...half([...sorted].reverse())];
  return ring[0] ? [...ring, ring[0]] : ring;
}

function turn(a: Spot, b: Spot, c: Spot): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

/** A ring of corners whose edges go the shorter way round: longitudes go on beyond 180 where it crosses the antimeridian. */
export function unroll(corners: readonly Spot[]): Spot[] {
  const out: Spot[] = [];
  for (const [lon, lat] of corners) {
    const before = out.at(-1)?.[0] ?? lon;
    const away = before - lon;
    const turns = Math.max(0, Math.ceil((Math.abs(away) - 180) / 360)) * Math.sign(away);
    out.push([lon + turns * 360, lat]);
  }
  return out;
}

/** An unrolled ring as an area on the globe: in two pieces where it crosses the antimeridian (RFC 7946, 3.1.9). */
export function areaOf(ring: readonly Spot[]): GeoJSON.Polygon | GeoJSON.MultiPolygon {
  const pieces = [-360, 0, 360]
    .map((turn) => clip(clip(ring.map(([lon, lat]): Spot => [lon + turn, lat]), -180, 1), 180, -1))
    .filter((piece) => piece.length > 2)
    .map((piece) => [[...piece, piece[0] as Spot]]);
  return pieces.length === 1 ? { type: 'Polygon', coordinates: pieces[0] as Spot[][] } : { type: 'MultiPolygon', coordinates: pieces };
}

/** What of a ring lies east of a meridian (`keep` 1) or west of it (-1). */
function clip(ring: readonly Spot[], meridian: number, keep: 1 | -1): Spot[] {
  const out: Spot[] = [];
  ring.forEach((a, n) => {
    const b = ring[(n + 1) % ring.length] as Spot;
    const [here, there] = [(a[0] - meridian) * keep >= 0, (b[0] - meridian) * keep >= 0];
    if (here) out.push(a);
    if (here !== there) out.push([meridian, a[1] + ((b[1] - a[1]) * (meridian - a[0])) / (b[0] - a[0])]);
  });
  return out;
}
