// SPDX-License-Identifier: Apache-2.0
// MGRS both ways on WGS 84: UTM between 80° S and 84° N, UPS at the poles. A reference is a square: its size is its precision.
import { polar, polarInverse, utm, utmInverse, utmZone, type Metres } from './projections.ts';

export interface Square {
  west: number;
  south: number;
  east: number;
  north: number;
  /** Its middle. */
  lon: number;
  lat: number;
  /** Length of a side. */
  metres: number;
  /** As it is written: `52S BH 12345 67890`. */
  text: string;
}

const BANDS = 'CDEFGHJKLMNPQRSTUVWX';
const ROWS = 'ABCDEFGHJKLMNPQRSTUV';
const COLUMNS = ['ABCDEFGH', 'JKLMNPQR', 'STUVWXYZ'] as const;
const HUNDRED_KM = 100_000;
const CYCLE = 2_000_000;
// The poles: columns by zone letter with the first square's number, and rows.
const POLES = {
  A: { columns: 'JKLPQRSTUXYZ', first: 8, rows: 'ABCDEFGHJKLMNPQRSTUVWXYZ', low: 8 },
  B: { columns: 'ABCFGHJKLPQR', first: 20, rows: 'ABCDEFGHJKLMNPQRSTUVWXYZ', low: 8 },
  Y: { columns: 'RSTUXYZ', first: 13, rows: 'ABCDEFGHJKLMNP', low: 13 },
  Z: { columns: 'ABCFGHJ', first: 20, rows: 'ABCDEFGHJKLMNP', low: 13 }
} as const;
type Pole = keyof typeof POLES;
/** Zones of the band X that are not there: their neighbours are wider (Svalbard). */
const NO_ZONES = [32, 34, 36];
const SHAPE = /^(?:(\d{1,2})([C-HJ-NP-X])([A-HJ-NP-Z])([A-HJ-NP-V])|([ABYZ])([A-HJ-NP-Z])([A-HJ-NP-Z]))(\d*)$/;

/** The square of a place; `digits` of easting and northing together: 0, 2, 4, 6, 8 or 10. */
export function printMgrs(lon: number, lat: number, digits = 10): string {
  const half = digits / 2;
  const { head, at } = isPolar(lat) ? printPole(lon, lat) : printZone(lon, lat);
  const part = (metres: number) => String(Math.floor(metres % HUNDRED_KM)).padStart(5, '0').slice(0, half);
  return [head, part(at.x), part(at.y)].filter(Boolean).join(' ');
}

/** The square that a reference names, or undefined where it names none. Digits in two groups are as many in each. */
export function parseMgrs(text: string): Square | undefined {
  const groups = /[A-Z]\s*(\d+)\s+(\d+)\s*$/i.exec(text);
  if (groups && groups[1]?.length !== groups[2]?.length) return undefined;
  const found = SHAPE.exec(text.toUpperCase().replace(/\s+/g, ''));
  const digits = found?.[8] ?? '';
  if (!found || digits.length > 10 || digits.length % 2) return undefined;
  const metres = 10 ** (5 - digits.length / 2);
  const [x, y] = [digits.slice(0, digits.length / 2), digits.slice(digits.length / 2)].map((d) => Number(d || 0) * metres) as [number, number];
  const inverse = found[5] ? poleSquare(found[5] as Pole, found[6] ?? '', found[7] ?? '', x, y) : zoneSquare(Number(found[1]), found[2] ?? '', found[3] ?? '', found[4] ?? '', x, y);
  if (!inverse) return undefined;
  const corners = [[0, 0], [metres, 0], [metres, metres], [0, metres]].map(([dx = 0, dy = 0]) => inverse(dx, dy));
  const middle = inverse(metres / 2, metres / 2);
  const lons = corners.map((c) => near(c.lon, middle.lon));
  const lats = corners.map((c) => c.lat);
  return {
    west: fold(Math.min(...lons)), east: fold(Math.max(...lons)), south: Math.min(...lats), north: Math.max(...lats),
    lon: middle.lon, lat: middle.lat, metres, text: written(found)
  };
}

function written(found: RegExpExecArray): string {
  const digits = found[8] ?? '';
  const head = found[5] ? `${found[5]} ${found[6]}${found[7]}` : `${(found[1] ?? '').padStart(2, '0')}${found[2]} ${found[3]}${found[4]}`;
  return [head, digits.slice(0, digits.length / 2), digits.slice(digits.length / 2)].filter(Boolean).join(' ');
}

/** `39.1270N 125.9640E`, with as many decimals as a square of so many metres bears. */
export function printDegrees(lon: number, lat: number, metres = 1): string {
  const decimals = metres >= 10_000 ? 1 : metres >= 1_000 ? 2 : metres >= 100 ? 3 : metres >= 10 ? 4 : 5;
  const one = (value: number, plus: string, minus: string) => `${Math.abs(value).toFixed(decimals)}${value < 0 ? minus : plus}`;
  return `${one(lat, 'N', 'S')} ${one(lon, 'E', 'W')}`;
}

/** `39.127N 125.964E`, `39.127, 125.964` or `39 07 37 N 125 57 50 E`: latitude first, as it is said. `step`: of its last digit, in degrees. */
export function parseDegrees(text: string): { lon: number; lat: number; step: number } | undefined {
  const tidy = text.toUpperCase().trim().replace(/[°º'′"″]/g, ' ').replace(/\s+/g, ' ');
  const lettered = /^([\d. ]+?) ?([NS])[ ,;]*([\d. ]+?) ?([EW])$/.exec(tidy);
  const plain = /^(-?\d+(?:\.\d+)?) ?[,; ] ?(-?\d+(?:\.\d+)?)$/.exec(tidy);
  const read = (part: string) => part.trim().split(' ').reduce((sum, piece, n) => sum + Number(piece) / 60 ** n, 0);
  const [lat, lon] = lettered
    ? [read(lettered[1] ?? '') * (lettered[2] === 'S' ? -1 : 1), read(lettered[3] ?? '') * (lettered[4] === 'W' ? -1 : 1)]
    : plain ? [Number(plain[1]), Number(plain[2])] : [NaN, NaN];
  const step = Math.max(...(lettered ? [lettered[1], lettered[3]] : [plain?.[1], plain?.[2]]).map((part) => stepOf(part ?? '')));
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat, step } : undefined;
}

function stepOf(part: string): number {
  const pieces = part.trim().split(' ');
  const decimals = pieces.at(-1)?.split('.')[1] ?? '';
  return 10 ** -decimals.length / 60 ** (pieces.length - 1);
}

function isPolar(lat: number): boolean {
  return lat < -80 || lat >= 84;
}

function printZone(lon: number, lat: number): { head: string; at: Metres } {
  const zone = utmZone(lon, lat);
  const at = utm(lon, lat, zone);
  const band = BANDS[Math.min(19, Math.floor((lat + 80) / 8))];
  const column = COLUMNS[(zone - 1) % 3]?.[Math.floor(at.x / HUNDRED_KM) - 1];
  const row = ROWS[(Math.floor(at.y / HUNDRED_KM) + (zone % 2 ? 0 : 5)) % 20];
  return { head: `${String(zone).padStart(2, '0')}${band} ${column}${row}`, at };
}

function printPole(lon: number, lat: number): { head: string; at: Metres } {
  const at = polar(lon, lat);
  const east = at.x >= CYCLE;
  const name: Pole = lat < 0 ? (east ? 'B' : 'A') : east ? 'Z' : 'Y';
  const { columns, first, rows, low } = POLES[name];
  return { head: `${name} ${columns[Math.floor(at.x / HUNDRED_KM) - first]}${rows[Math.floor(at.y / HUNDRED_KM) - low]}`, at };
}

type Inverse = (dx: number, dy: number) => { lon: number; lat: number };

function zoneSquare(zone: number, band: string, column: string, row: string, x: number, y: number): Inverse | undefined {
  const columnAt = COLUMNS[(zone - 1) % 3]?.indexOf(column) ?? -1;
  if (zone < 1 || zone > 60 || columnAt < 0 || (band === 'X' && NO_ZONES.includes(zone))) return undefined;
  const south = -80 + BANDS.indexOf(band) * 8;
  const north = south + (band === 'X' ? 12 : 8);
  const easting = (columnAt + 1) * HUNDRED_KM + x;
  const northing = ((ROWS.indexOf(row) - (zone % 2 ? 0 : 5) + 20) % 20) * HUNDRED_KM + y;
  // Rows repeat every 2,000 km: the one that lies in the band is meant, or that touches it.
  for (let cycle = 0; cycle < 5; cycle++) {
    const at = northing + cycle * CYCLE;
    const { lat } = utmInverse(easting, at + (x || y ? 0 : HUNDRED_KM / 2), zone, south < 0);
    if (lat >= south - 0.95 && lat <= north + 0.95) return (dx, dy) => utmInverse(easting + dx, at + dy, zone, south < 0);
  }
  return undefined;
}

function poleSquare(name: Pole, column: string, row: string, x: number, y: number): Inverse | undefined {
  const { columns, first, rows, low } = POLES[name];
  const [columnAt, rowAt] = [columns.indexOf(column), rows.indexOf(row)];
  if (columnAt < 0 || rowAt < 0) return undefined;
  const [easting, northing] = [(columnAt + first) * HUNDRED_KM + x, (rowAt + low) * HUNDRED_KM + y];
  return (dx, dy) => polarInverse(easting + dx, northing + dy, name === 'A' || name === 'B');
}

function near(lon: number, middle: number): number {
  return lon - middle > 180 ? lon - 360 : middle - lon > 180 ? lon + 360 : lon;
}

function fold(lon: number): number {
  return lon > 180 ? lon - 360 : lon < -180 ? lon + 360 : lon;
}
