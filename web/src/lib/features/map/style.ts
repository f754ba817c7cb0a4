// SPDX-License-Identifier: Apache-2.0
// How the map looks, dark and light. Red is left to what needs action: nothing here is.
import type { AddLayerObject, StyleSpecification } from 'maplibre-gl';
import { collect, graticule } from './topology.ts';

export type Tone = 'dark' | 'light';
/** Layers that can be pressed. */
export const TOUCHED = ['points', 'clusters', 'shapes-fill', 'shapes-line'] as const;

const COLORS = {
  dark: { sea: '#0d1621', land: '#22303e', coast: '#566a7d', border: '#475a6c', grid: '#1a2733', letters: '#8fa0b1', halo: '#0b0f14', area: '#ffd54f', picked: '#58a6ff', track: '#ffb454', sketch: '#79c0ff', count: '#e6edf3' },
  light: { sea: '#dbe7f0', land: '#f7f5ef', coast: '#8497a8', border: '#a9b4bd', grid: '#cddae4', letters: '#56656f', halo: '#ffffff', area: '#8a5a00', picked: '#0b5cad', track: '#7f4a00', sketch: '#0b5cad', count: '#14202b' }
} as const;
const FONT = ['IBM Plex Sans'];
const EMPTY = collect([]);

export function styleOf(tone: Tone): StyleSpecification {
  const source = (data: GeoJSON.GeoJSON) => ({ type: 'geojson' as const, data });
  return {
    version: 8,
    sources: {
      land: source(EMPTY), borders: source(EMPTY), anchors: source(EMPTY), grid: source(graticule(10)), tracks: source(EMPTY), shapes: source(EMPTY),
      sketch: source(EMPTY), points: { type: 'geojson', data: EMPTY, cluster: true, clusterRadius: 36, clusterMaxZoom: 9 }
    },
    layers: [{ id: 'sea', type: 'background', paint: { 'background-color': COLORS[tone].sea } }]
  };
}

/** Layers in the order they lie, with their colours of a tone. */
export function layersOf(tone: Tone): AddLayerObject[] {
  const layers = LAYERS.map((layer) => structuredClone(layer) as AddLayerObject & { paint?: Record<string, unknown> });
  for (const [id, name, value] of paintOf(tone)) {
    const layer = layers.find((l) => l.id === id);
    if (layer) layer.paint = { ...layer.paint, [name]: value };
  }
  return layers;
}

/** What a tone sets: layer, property, value. */
export function paintOf(tone: Tone): [string, string, unknown][] {
  const c = COLORS[tone];
  const own = ['case', ['get', 'picked'], c.picked, c.area];
  return [
    ['sea', 'background-color', c.sea],
    ['land', 'fill-color', c.land],
    ['coast', 'line-color', c.coast],
    ['borders', 'line-color', c.border],
    ['grid', 'line-color', c.grid],
    ['anchors', 'text-color', c.letters],
    ['anchors', 'text-halo-color', c.land],
    ['tracks-fill', 'fill-color', c.track],
    ['tracks-line', 'line-color', c.track],
    ['shapes-fill', 'fill-color', own],
    ['shapes-line', 'line-color', own],
    ['shapes-count', 'text-color', c.count],
    ['shapes-count', 'text-halo-color', c.halo],
    ['picked', 'circle-color', c.picked],
    ['clusters', 'circle-color', c.halo],
    ['clusters', 'circle-stroke-color', c.area],
    ['clusters-count', 'text-color', c.count],
    ['points-count', 'text-color', c.count],
    ['points-count', 'text-halo-color', c.halo],
    ['sketch-fill', 'fill-color', c.sketch],
    ['sketch-line', 'line-color', c.sketch],
    ['sketch-corners', 'circle-color', c.sketch]
  ];
}

const POLYGON = ['==', ['geometry-type'], 'Polygon'] as const;
const alone = ['!', ['has', 'point_count']] as const;
const several = ['>', ['get', 'count'], 1] as const;
const faded = (full: number) => ['*', full, ['get', 'fade']];

const LAYERS = [
  { id: 'grid', type: 'line', source: 'grid', paint: { 'line-width': 0.6 } },
  { id: 'land', type: 'fill', source: 'land', paint: { 'fill-antialias': false } },
  { id: 'borders', type: 'line', source: 'borders', paint: { 'line-width': 0.7, 'line-dasharray': [3, 2] } },
  { id: 'coast', type: 'line', source: 'land', paint: { 'line-width': 0.8 } },
  { id: 'anchors', type: 'symbol', source: 'anchors', layout: { 'text-field': ['get', 'code'], 'text-font': FONT, 'text-size': 11, 'text-letter-spacing': 0.12 }, paint: { 'text-halo-width': 1 } },
  { id: 'tracks-fill', type: 'fill', source: 'tracks', filter: POLYGON, paint: { 'fill-opacity': faded(0.08) } },
  { id: 'tracks-line', type: 'line', source: 'tracks', paint: { 'line-width': 1.6, 'line-dasharray': [4, 3], 'line-opacity': faded(0.9) } },
  { id: 'shapes-fill', type: 'fill', source: 'shapes', filter: ['in', ['geometry-type'], ['literal', ['Polygon', 'MultiPolygon']]], paint: { 'fill-opacity': faded(0.22) } },
  { id: 'shapes-line', type: 'line', source: 'shapes', paint: { 'line-width': ['case', ['get', 'picked'], 3, 1.6], 'line-opacity': ['max', 0.35, ['get', 'fade']] } },
  { id: 'shapes-count', type: 'symbol', source: 'shapes', filter: several, layout: { 'text-field': ['to-string', ['get', 'count']], 'text-font': FONT, 'text-size': 12 }, paint: { 'text-halo-width': 1.5 } },
  { id: 'picked', type: 'circle', source: 'points', filter: ['all', alone, ['get', 'picked']], paint: { 'circle-radius': 20, 'circle-opacity': 0.35 } },
  { id: 'points', type: 'symbol', source: 'points', filter: alone, layout: { 'icon-image': ['get', 'code'], 'icon-allow-overlap': true, 'icon-ignore-placement': true }, paint: { 'icon-opacity': ['max', 0.3, ['get', 'fade']] } },
  { id: 'points-count', type: 'symbol', source: 'points', filter: ['all', alone, several], layout: { 'text-field': ['to-string', ['get', 'count']], 'text-font': FONT, 'text-size': 12, 'text-offset': [1.4, -1], 'text-allow-overlap': true }, paint: { 'text-halo-width': 1.5 } },
  { id: 'clusters', type: 'circle', source: 'points', filter: ['has', 'point_count'], paint: { 'circle-radius': ['step', ['get', 'point_count'], 13, 50, 17, 500, 22], 'circle-stroke-width': 2 } },
  { id: 'clusters-count', type: 'symbol', source: 'points', filter: ['has', 'point_count'], layout: { 'text-field': ['get', 'point_count_abbreviated'], 'text-font': FONT, 'text-size': 12, 'text-allow-overlap': true } },
  { id: 'sketch-fill', type: 'fill', source: 'sketch', filter: POLYGON, paint: { 'fill-opacity': 0.12 } },
  { id: 'sketch-line', type: 'line', source: 'sketch', filter: ['!=', ['geometry-type'], 'Point'], paint: { 'line-width': 2 } },
  { id: 'sketch-corners', type: 'circle', source: 'sketch', filter: ['==', ['geometry-type'], 'Point'], paint: { 'circle-radius': 5, 'circle-stroke-width': 2, 'circle-stroke-color': '#ffffff' } }
] as const;
