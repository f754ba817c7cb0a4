// SPDX-License-Identifier: Apache-2.0
// The base map's file (tools/basemap.py makes it) as GeoJSON: coasts, borders that two countries share, letters.

export interface Topology {
  transform: { scale: [number, number]; translate: [number, number] };
  arcs: [number, number][][];
  /** Of each geometry its polygons, of each polygon its rings, of each ring its arcs. */
  land: number[][][][];
  countries: number[][][][];
  anchors: [string, number, number][];
}

type Spot = [number, number];
export type Collection = GeoJSON.FeatureCollection;

export function decodeArcs(topology: Topology): Spot[][] {
  const { scale, translate } = topology.transform;
  return topology.arcs.map((arc) => {
    let [x, y] = [0, 0];
    return arc.map(([dx, dy]): Spot => {
      [x, y] = [x + dx, y + dy];
      return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
  });
}

function ring(numbers: number[], arcs: Spot[][]): Spot[] {
  const out: Spot[] = [];
  for (const number of numbers) {
    const arc = number < 0 ? [...(arcs[~number] ?? [])].reverse() : (arcs[number] ?? []);
    // Each arc begins where the one before ended.
    out.push(...(out.length ? arc.slice(1) : arc));
  }
  return unwrap(out);
}

/** A ring over the antimeridian goes on beyond 180, instead of back around the globe; one around a pole stays as it is. */
function unwrap(spots: Spot[]): Spot[] {
  let turn = 0;
  const out = spots.map(([lon, lat], n): Spot => {
    const step = lon - (spots[n - 1]?.[0] ?? lon);
    if (Math.abs(step) > 180) turn -= Math.sign(step) * 360;
    return [lon + turn, lat];
  });
  return turn === 0 ? out : spots;
}

/** Land, and the arcs that stand in two countries: what lies in one only is coast. */
export function layers(topology: Topology): { land: Collection; borders: Collection; anchors: Collection } {
  const arcs = decodeArcs(topology);
  const land = topology.land.map((polygons) => feature({ type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.map((r) => ring(r, arcs))) }));
  const seen = new Map<number, number>();
  for (const number of topology.countries.flat(3)) {
    const arc = number < 0 ? ~number : number;
    seen.set(arc, (seen.get(arc) ?? 0) + 1);
  }
  const shared = [...seen].filter(([, times]) => times > 1).map(([arc]) => arcs[arc] ?? []);
  const anchors = topology.anchors.map(([code, lon, lat]) => feature({ type: 'Point', coordinates: [lon, lat] }, { code }));
  return { land: collect(land), borders: collect([feature({ type: 'MultiLineString', coordinates: shared })]), anchors: collect(anchors) };
}

export function feature(geometry: GeoJSON.Geometry, properties: Record<string, unknown> = {}): GeoJSON.Feature {
  return { type: 'Feature', geometry, properties };
}

export function collect(features: GeoJSON.Feature[]): Collection {
  return { type: 'FeatureCollection', features };
}

/** Meridians and parallels every so many degrees. */
export function graticule(step: number): Collection {
  const lines: Spot[][] = [];
  for (let lon = -180; lon <= 180; lon += step) lines.push([[lon, -85], [lon, 85]]);
  for (let lat = -80; lat <= 80; lat += step) lines.push(Array.from({ length: 37 }, (_, n): Spot => [-180 + n * 10, lat]));
  return collect([feature({ type: 'MultiLineString', coordinates: lines })]);
}
