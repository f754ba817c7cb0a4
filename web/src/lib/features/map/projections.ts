// SPDX-License-Identifier: Apache-2.0
// WGS 84 on paper: transverse Mercator by Krüger's series (to the sixth order, below a millimetre in a zone), and polar
// stereographic for the caps. Metres with the usual false origins.

export interface Metres {
  x: number;
  y: number;
}

const A = 6_378_137;
const F = 1 / 298.257223563;
const N = F / (2 - F);
const E = Math.sqrt(F * (2 - F));
const RADIANS = Math.PI / 180;
const SCALE = 0.9996;
const RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64 + N ** 6 / 256);
const ALPHA = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4 - (127 / 288) * N ** 5 + (7891 / 37800) * N ** 6,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4 + (281 / 630) * N ** 5 - (1983433 / 1935360) * N ** 6,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4 + (15061 / 26880) * N ** 5 + (167603 / 181440) * N ** 6,
  (49561 / 161280) * N ** 4 - (179 / 168) * N ** 5 + (6601661 / 7257600) * N ** 6,
  (34729 / 80640) * N ** 5 - (3418889 / 1995840) * N ** 6,
  (212378941 / 319334400) * N ** 6
];
const BETA = [
  N / 2 - (2 / 3) * N ** 2 + (37 / 96) * N ** 3 - (1 / 360) * N ** 4 - (81 / 512) * N ** 5 + (96199 / 604800) * N ** 6,
  (1 / 48) * N ** 2 + (1 / 15) * N ** 3 - (437 / 1440) * N ** 4 + (46 / 105) * N ** 5 - (1118711 / 3870720) * N ** 6,
  (17 / 480) * N ** 3 - (37 / 840) * N ** 4 - (209 / 4480) * N ** 5 + (5569 / 90720) * N ** 6,
  (4397 / 161280) * N ** 4 - (11 / 504) * N ** 5 - (830251 / 7257600) * N ** 6,
  (4583 / 161280) * N ** 5 - (108847 / 3991680) * N ** 6,
  (20648693 / 638668800) * N ** 6
];
const EAST = 500_000;
const SOUTH = 10_000_000;
const POLE = 2_000_000;
const POLE_SCALE = 0.994;
const POLE_RADIUS = (2 * A * POLE_SCALE) / Math.sqrt((1 + E) ** (1 + E) * (1 - E) ** (1 - E));

/** The zone of a place, with the wider ones of Norway and Svalbard. */
export function utmZone(lon: number, lat: number): number {
  const plain = Math.min(60, Math.floor((lon + 180) / 6) + 1);
  if (lat >= 56 && lat < 64 && lon >= 3 && lon < 12) return 32;
  if (lat >= 72 && lat < 84 && lon >= 0 && lon < 42) return lon < 9 ? 31 : lon < 21 ? 33 : lon < 33 ? 35 : 37;
  return plain;
}

export function utm(lon: number, lat: number, zone: number): Metres {
  const away = (lon - (zone * 6 - 183)) * RADIANS;
  const tau = conformal(lat);
  const xi = Math.atan2(tau, Math.cos(away));
  const eta = Math.asinh(Math.sin(away) / Math.hypot(tau, Math.cos(away)));
  const sum = (part: (n: number) => number) => ALPHA.reduce((total, a, n) => total + a * part(2 * (n + 1)), 0);
  return {
    x: EAST + SCALE * RADIUS * (eta + sum((k) => Math.cos(k * xi) * Math.sinh(k * eta))),
    y: (lat < 0 ? SOUTH : 0) + SCALE * RADIUS * (xi + sum((k) => Math.sin(k * xi) * Math.cosh(k * eta)))
  };
}

export function utmInverse(x: number, y: number, zone: number, south: boolean): { lon: number; lat: number } {
  const xi = (y - (south ? SOUTH : 0)) / (SCALE * RADIUS);
  const eta = (x - EAST) / (SCALE * RADIUS);
  const sum = (part: (n: number) => number) => BETA.reduce((total, b, n) => total + b * part(2 * (n + 1)), 0);
  const xi0 = xi - sum((k) => Math.sin(k * xi) * Math.cosh(k * eta));
  const eta0 = eta - sum((k) => Math.cos(k * xi) * Math.sinh(k * eta));
  const tau = Math.sin(xi0) / Math.hypot(Math.sinh(eta0), Math.cos(xi0));
  const lon = zone * 6 - 183 + Math.atan2(Math.sinh(eta0), Math.cos(xi0)) / RADIANS;
  return { lon, lat: geodetic(tau) };
}

export function polar(lon: number, lat: number): Metres {
  const north = lat >= 0;
  const tau = conformal(Math.abs(lat));
  const r = Math.abs(lat) === 90 ? 0 : POLE_RADIUS / (tau + Math.hypot(1, tau));
  return { x: POLE + r * Math.sin(lon * RADIANS), y: POLE + (north ? -r : r) * Math.cos(lon * RADIANS) };
}

export function polarInverse(x: number, y: number, south: boolean): { lon: number; lat: number } {
  const [dx, dy] = [x - POLE, south ? y - POLE : POLE - y];
  const r = Math.hypot(dx, dy);
  if (r === 0) return { lon: 0, lat: south ? -90 : 90 };
  const q = POLE_RADIUS / r;
  const lat = geodetic((q - 1 / q) / 2);
  return { lon: Math.atan2(dx, dy) / RADIANS, lat: south ? -lat : lat };
}

/** Tangent of the conformal latitude. */
function conformal(lat: number): number {
  const tan = Math.tan(lat * RADIANS);
  const sigma = Math.sinh(E * Math.atanh((E * tan) / Math.hypot(1, tan)));
  return tan * Math.hypot(1, sigma) - sigma * Math.hypot(1, tan);
}

/** Latitude in degrees from the tangent of the conformal one, by Newton's steps. */
function geodetic(target: number): number {
  let tau = target / (1 - E * E);
  for (let step = 0; step < 8; step++) {
    const now = conformal(Math.atan(tau) / RADIANS);
    const change = ((target - now) / Math.hypot(1, now)) * ((1 + (1 - E * E) * tau * tau) / ((1 - E * E) * Math.hypot(1, tau)));
    tau += change;
    if (Math.abs(change) < 1e-14 * Math.max(1, Math.abs(tau))) break;
  }
  return Math.atan(tau) / RADIANS;
}
