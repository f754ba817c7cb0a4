// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { areaOf, frameOf, greatCircle, hull, meets, readShapes, spotsOf, unroll, type Spot } from './geometry.ts';
import { drawPieces, joinTracks, makePieces, type Position } from './pieces.ts';
import { layers, type Topology } from './topology.ts';

const CELL = { type: 'Polygon', coordinates: [[[125.5, 39], [126, 39], [126, 39.5], [125.5, 39.5], [125.5, 39]]] };
const POINT = { type: 'Point', coordinates: [131.25, 39.5] };
const place = (key: string, geometry: unknown, more: Partial<Position> = {}): Position => ({ key, geometry, role: '', symbol: '', at: 0, fade: 1, ...more });

describe('what is drawn', () => {
  it('a coarse position is its cell and never a point', () => {
    const { points, shapes } = drawPieces(makePieces([place('a', CELL, { role: 'launch' })]), '');
    expect(points.features).toEqual([]);
    expect(shapes.features.map((f) => f.geometry)).toEqual([CELL]);
  });
  it('reports of one place are one piece, each counted once', () => {
    const pieces = makePieces([place('a', POINT, { fade: 0.3 }), place('b', POINT), place('a', POINT), place('c', CELL)]);
    expect(pieces.map((p) => [p.keys, p.fade])).toEqual([[['a', 'b'], 1], [['c'], 1]]);
  });
  it('what is no geometry is not drawn', () => {
    for (const bad of ['x', '{"type":"Point"}', '{"type":"Point","coordinates":[500,1]}', null, { type: 'Feature' }, '{"type":"Polygon","coordinates":[1,2]}']) expect(readShapes(bad)).toEqual([]);
    expect(readShapes(JSON.stringify(CELL))).toEqual([CELL]);
  });
});

describe('tracks', () => {
  it('join a launch and an impact of the same time, by a line only where both are points', () => {
    const launch = place('a', POINT, { role: 'launch', launched: 0 });
    const sea = place('b', { type: 'Point', coordinates: [136, 42] }, { role: 'impact', launched: 60_000 });
    expect(joinTracks([launch, sea]).features.map((f) => f.geometry.type)).toEqual(['LineString']);
    expect(joinTracks([{ ...launch, geometry: CELL }, sea]).features.map((f) => f.geometry.type)).toEqual(['Polygon']);
    expect(joinTracks([launch, { ...sea, launched: 600_000 }]).features).toEqual([]);
    expect(joinTracks([launch, { ...sea, launched: undefined }]).features).toEqual([]);
  });
  it('a great circle goes on beyond the antimeridian', () => {
    const way = greatCircle([179, 10], [-179, 10], 4);
    expect(way.at(-1)?.[0]).toBeCloseTo(181, 6);
    expect(way[2]?.[1]).toBeGreaterThan(10);
  });
  it('a hull holds its corners', () => {
    const square: Spot[] = [[0, 0], [1, 0], [1, 1], [0, 1]];
    expect(new Set(hull([...square, [0.5, 0.5]]).map(String))).toEqual(new Set(square.map(String)));
  });
});

describe('areas', () => {
  it('over the antimeridian go on beyond it as drawn, and are two pieces on the globe', () => {
    const ring = unroll([[170, -20], [-170, -20], [180, -10]]);
    expect(ring).toEqual([[170, -20], [190, -20], [180, -10]]);
    const area = areaOf(ring);
    expect(area.type).toBe('MultiPolygon');
    expect(readShapes(area)).toEqual([area]);
    const lons = spotsOf(area as never).map(([lon]) => lon);
    expect([Math.min(...lons), Math.max(...lons)]).toEqual([-180, 180]);
    expect(lons.every((lon) => Math.abs(lon) >= 170)).toBe(true);
  });
  it('elsewhere are the corners as they are', () => {
    const ring = unroll([[125, 39], [126, 39], [126, 40]]);
    expect(areaOf(ring)).toEqual({ type: 'Polygon', coordinates: [[[125, 39], [126, 39], [126, 40], [125, 39]]] });
  });
});

describe('frames', () => {
  it('meet a view that was turned around the globe', () => {
    const frame = frameOf(readShapes(CELL));
    expect(frame).toEqual([125.5, 39, 126, 39.5]);
    expect(frame && meets(frame, [-240, 30, -230, 45])).toBe(true);
    expect(frame && meets(frame, [120, 30, 125, 45])).toBe(false);
  });
});

describe('the base map', () => {
  it('draws the arcs of two countries as borders, and rings that close', () => {
    const topology: Topology = {
      transform: { scale: [1, 1], translate: [0, 0] },
      arcs: [[[0, 0], [0, 1], [1, 0], [0, -1]], [[1, 0], [-1, 0]], [[0, 0], [0, -1], [1, 0], [0, 1]]],
      land: [[[[0, -3]]]],
      countries: [[[[0, 1]]], [[[-2, -3]]]],
      anchors: [['KOR', 1, 2]]
    };
    const made = layers(topology);
    expect(made.borders.features[0]?.geometry).toEqual({ type: 'MultiLineString', coordinates: [[[1, 0], [0, 0]]] });
    const land = made.land.features[0]?.geometry as GeoJSON.MultiPolygon;
    expect(land.coordinates[0]?.[0]?.[0]).toEqual(land.coordinates[0]?.[0]?.at(-1));
  });
});
