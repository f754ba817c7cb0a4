// SPDX-License-Identifier: Apache-2.0
// Bytes in words of people: binary units, at most one decimal.

const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

export function printSize(bytes: number, language: string): string {
  let value = bytes / 1024;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = value < 10 && unit > 0 ? 1 : 0;
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value)} ${UNITS[unit]}`;
}
