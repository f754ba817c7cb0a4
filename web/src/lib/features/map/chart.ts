// SPDX-License-Identifier: Apache-2.0
// One MapLibre map over the base map that this node serves. Loaded with the first map that is shown: it is large.
import 'maplibre-gl/dist/maplibre-gl.css';
import { Map as Gl, setWorkerUrl, type GeoJSONSource, type MapMouseEvent } from 'maplibre-gl';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import coarseUrl from './data/world-50m.json?url';
import fineUrl from './data/world-10m.json?url';
import { layersOf, paintOf, styleOf, TOUCHED, type Tone } from './style.ts';
import { drawSymbol } from './symbols.ts';
import { collect, layers, type Collection, type Topology } from './topology.ts';
import type { Frame, Spot } from './geometry.ts';

setWorkerUrl(workerUrl);

/** From here on the fine coasts are loaded: they are five times as large. */
const FINE_ZOOM = 6.5;
const CLUSTER_FROM = 400;
const TOUCH_PX = 6;
const FRAME_ZOOM_MAX = 7;
const COAST_ZOOM_MIN = 2.5;

export interface Cursor {
  lon: number;
  lat: number;
  /** Of one pixel there. */
  metres: number;
}

export interface Handlers {
  /** Pieces under the pointer when it was pressed; none where nothing lies. */
  onpick?: (ids: string[], at: Spot) => void;
  onview?: (view: Frame) => void;
  oncursor?: (cursor: Cursor) => void;
  onlost?: () => void;
  /** The base map and what lies on it are drawn. */
  ondrawn?: () => void;
}

export interface Drawing {
  points: Collection;
  shapes: Collection;
  tracks: Collection;
  /** An area that is being drawn, or was asked about. */
  sketch: Collection;
}

export class Chart {
  #map: Gl;
  #tone: Tone;
  #ready = false;
  #drawing: Drawing = { points: collect([]), shapes: collect([]), tracks: collect([]), sketch: collect([]) };
  #based = false;
  #fine = false;
  #gone = false;
  #seeking = false;
  readonly #still: boolean;

  /** Throws where the browser can't draw. */
  constructor(box: HTMLElement, label: string, tone: Tone, readonly on: Handlers, options: { still?: boolean; center?: Spot; zoom?: number } = {}) {
    this.#tone = tone;
    this.#map = new Gl({
      container: box, style: styleOf(tone), center: options.center ?? [128, 38], zoom: options.zoom ?? 3.4, minZoom: 0.4, maxZoom: 15,
      attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, fadeDuration: 0,
      locale: { 'Map.Title': label }, renderWorldCopies: true
    });
    this.#map.touchZoomRotate.disableRotation();
    this.#still = options.still ?? false;
    if (this.#still) this.#map.scrollZoom.disable();
    if (this.#still) this.#map.on('idle', () => this.#seekCoast());
    this.#map.on('movestart', (event) => (this.#seeking &&= !event.originalEvent));
    this.#map.on('load', () => void this.#begin());
    this.#map.on('moveend', () => this.#moved());
    this.#map.on('mousemove', (event) => this.#pointed(event));
    this.#map.on('click', (event) => {
      this.#pointed(event);
      this.on.onpick?.(this.#under(event), [event.lngLat.lng, event.lngLat.lat]);
    });
    this.#map.setMissingStyleImageResolver((id) => this.#addSymbol(id));
    this.#map.on('webglcontextlost', () => this.on.onlost?.());
    this.#map.on('error', (event) => console.warn('map:', event.error.message));
  }

  async #begin(): Promise<void> {
    for (const layer of layersOf(this.#tone)) this.#map.addLayer(layer);
    this.#ready = true;
    this.draw(this.#drawing);
    this.#moved();
    await this.#loadBase(coarseUrl);
    void this.#map.once('idle', () => this.on.ondrawn?.());
    this.#moved();
  }

  async #loadBase(url: string): Promise<void> {
    const topology = (await (await fetch(url)).json()) as Topology;
    if (this.#gone) return;
    this.#based = true;
    const made = layers(topology);
    for (const name of ['land', 'borders', 'anchors'] as const) this.#source(name)?.setData(made[name]);
  }

  #source(name: string): GeoJSONSource | undefined {
    return this.#map.getSource<GeoJSONSource>(name);
  }

  #moved(): void {
    const zoom = this.#map.getZoom();
    if (zoom >= FINE_ZOOM && !this.#fine && this.#based) {
      this.#fine = true;
      void this.#loadBase(fineUrl).catch(() => (this.#fine = false));
    }
    this.on.onview?.(this.view());
    this.on.oncursor?.(this.#cursor(this.#map.getCenter().lng, this.#map.getCenter().lat));
  }

  #pointed(event: MapMouseEvent): void {
    this.on.oncursor?.(this.#cursor(event.lngLat.wrap().lng, event.lngLat.lat));
  }

  #cursor(lon: number, lat: number): Cursor {
    const metres = (40_075_016 * Math.cos((lat * Math.PI) / 180)) / (512 * 2 ** this.#map.getZoom());
    return { lon, lat, metres };
  }

  #under(event: MapMouseEvent): string[] {
    if (!this.#ready) return [];
    const { x, y } = event.point;
    const box: [[number, number], [number, number]] = [[x - TOUCH_PX, y - TOUCH_PX], [x + TOUCH_PX, y + TOUCH_PX]];
    const found = this.#map.queryRenderedFeatures(box, { layers: [...TOUCHED] });
    const cluster = found.find((f) => f.properties.cluster);
    if (cluster) void this.#open(Number(cluster.properties.cluster_id), (cluster.geometry as GeoJSON.Point).coordinates as Spot);
    return cluster ? [] : [...new Set(found.map((f) => String(f.properties.id)))];
  }

  async #open(cluster: number, at: Spot): Promise<void> {
    const zoom = await this.#source('points')?.getClusterExpansionZoom(cluster);
    if (zoom !== undefined && !this.#gone) this.#map.easeTo({ center: at, zoom: zoom + 0.2, ...calm() });
  }

  /** A small map of a place at sea says little without a coast: it is shown from further away until there is one. */
  #seekCoast(): void {
    const zoom = this.#map.getZoom();
    if (!this.#seeking || !this.#based) return;
    this.#seeking = zoom > COAST_ZOOM_MIN && !this.#map.queryRenderedFeatures({ layers: ['coast'] }).length;
    if (this.#seeking) this.#map.jumpTo({ zoom: Math.max(COAST_ZOOM_MIN, zoom - 1) });
  }

  #addSymbol(id: string): void {
    if (!/^\d{20}$/.test(id) || this.#map.hasImage(id)) return;
    const { data, pixelRatio } = drawSymbol(id);
    this.#map.addImage(id, data, { pixelRatio });
  }

  draw(drawing: Drawing): void {
    this.#drawing = drawing;
    if (!this.#ready) return;
    const many = drawing.points.features.length > CLUSTER_FROM;
    this.#source('points')?.setClusterOptions({ cluster: many, clusterRadius: 36, clusterMaxZoom: 9 });
    for (const name of ['points', 'shapes', 'tracks', 'sketch'] as const) this.#source(name)?.setData(drawing[name]);
  }

  setTone(tone: Tone): void {
    this.#tone = tone;
    if (this.#ready) for (const [layer, name, value] of paintOf(tone)) this.#map.setPaintProperty(layer, name as 'fill-color', value as string);
  }

  view(): Frame {
    const bounds = this.#map.getBounds();
    return [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
  }

  center(): Spot {
    const { lng, lat } = this.#map.getCenter().wrap();
    return [lng, lat];
  }

  /** Show all of a frame, not nearer than makes sense for a place. */
  show([west, south, east, north]: Frame, padding = 48): void {
    this.#seeking = this.#still;
    this.#map.fitBounds([[west, south], [east, north]], { padding, maxZoom: FRAME_ZOOM_MAX, linear: true, ...calm() });
  }

  zoomBy(steps: number): void {
    this.#map.zoomTo(this.#map.getZoom() + steps, calm());
  }

  /** While corners are set, a press means a corner and a double press nothing else. */
  setDrawing(on: boolean): void {
    this.#map.getCanvas().classList.toggle('drawing', on);
    if (on) this.#map.doubleClickZoom.disable();
    else this.#map.doubleClickZoom.enable();
  }

  resize(): void {
    this.#map.resize();
  }

  remove(): void {
    this.#gone = true;
    this.#map.remove();
  }
}

function calm(): { duration: number } {
  return { duration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 150 };
}
