// SPDX-License-Identifier: Apache-2.0
// What is typed into the one box: words, and among them places (MGRS or degrees), times (date-time groups) and references.
import { parseMgrs } from '$lib/features/map/mgrs.ts';
import { parseArea, parsePlaces } from '$lib/features/map/sketch.svelte.ts';

export interface Understood {
  words: string;
  area?: { text: string; corners: [number, number][] };
  /** ISO 8601, from and before. */
  time?: { text: string; since: string; until: string };
  /** A product's reference names its originator and its minute; its letters stay words, by which the node finds it. */
  originator?: string;
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DTG = '(\\d{2})(\\d{2})(\\d{2})Z ?([A-Z]{3}) ?(\\d{2})';
const RANGE = new RegExp(`${DTG}(?:\\s*(?:-|–|/|\\bTO\\b)\\s*${DTG})?`, 'i');
const REFERENCE = new RegExp(`\\b([A-Z]{3})-[A-Z]{2,6} (?=${DTG})`, 'i');
const LETTERS = /^ ([A-Z0-9]{4})(?![\p{L}\d])/iu;
/**
 * A square as it is written: a zone of one or two digits with its band, two letters, and digits. Without digits it begins with two, as
 * `51SYD`: `9SYD` is how a reference ends. About the poles, where no zone is, digits stand in two groups or at the letters: `a UN 1718` is words.
 */
const MGRS = new RegExp(
  `(?<![\\p{L}\\d])(?:\\d{1,2}[C-HJ-NP-X] ?[A-HJ-NP-Z]{2} ?(?:\\d{1,5} \\d{1,5}|\\d{2,10})|\\d{2}[C-HJ-NP-X] ?[A-HJ-NP-Z]{2}`
    + `|[ABYZ] [A-HJ-NP-Z]{2} \\d{1,5} \\d{1,5}|[ABYZ][A-HJ-NP-Z]{2}\\d{4,10})(?![\\p{L}\\d])`,
  'iu'
);
/** `37.0N 127.0E`, minutes and seconds behind; a second place makes a box of the two. Bare numbers are a place where nothing else is typed. */
const SPOT = '\\d[\\d.°º\'′"″ ]*[NS][ ,;]*\\d[\\d.°º\'′"″ ]*[EW]';
const DEGREES = new RegExp(`(?<![\\p{L}\\d.])${SPOT}(?:\\s*(?:\\/|;|\\bto\\b|–)\\s*${SPOT})?(?![\\p{L}\\d])`, 'iu');
const BARE = /^\s*-?\d+\.\d+\s*,\s*-?\d+\.\d+\s*$/;
const MINUTE_MS = 60_000;

/** A square without digits counts only where nothing else is typed: so short a thing is a word, too. */
export function understand(text: string): Understood {
  let left = text;
  let letters = '';
  const out: Understood = { words: '' };
  const time = RANGE.exec(left);
  const since = time ? read(time.slice(1, 6)) : undefined;
  const until = time ? read(time[6] ? time.slice(6, 11) : time.slice(1, 6)) : undefined;
  if (time && since !== undefined && until !== undefined && until >= since) {
    out.time = { text: time[0].toUpperCase(), since: iso(since), until: iso(until + MINUTE_MS) };
    const reference = REFERENCE.exec(left);
    const begin = reference ? reference.index : time.index;
    const rest = left.slice(time.index + time[0].length);
    if (reference) out.originator = reference[1]?.toUpperCase();
    letters = LETTERS.exec(rest)?.[1] ?? '';
    left = `${left.slice(0, begin)} ${rest.replace(LETTERS, '')}`;
  }
  const place = MGRS.exec(left);
  const square = place ? parseMgrs(place[0]) : undefined;
  if (place && square && (square.metres <= 10_000 || place[0].trim() === left.trim())) {
    out.area = { text: square.text, corners: parsePlaces(place[0]) };
    left = `${left.slice(0, place.index)} ${left.slice(place.index + place[0].length)}`;
  }
  const spots = out.area ? null : (DEGREES.exec(left) ?? BARE.exec(left));
  const corners = spots ? parseArea(spots[0]) : [];
  if (spots && corners.length) {
    out.area = { text: spots[0].trim().toUpperCase(), corners };
    left = `${left.slice(0, spots.index)} ${left.slice(spots.index + spots[0].length)}`;
  }
  out.words = `${left} ${letters}`.replace(/\s+/g, ' ').trim();
  return out;
}

function read([day, hour, minute, month, year]: string[]): number | undefined {
  const at = MONTHS.indexOf((month ?? '').toUpperCase());
  const made = Date.UTC(2000 + Number(year), at, Number(day), Number(hour), Number(minute));
  const same = new Date(made);
  // The 31st of June is no day.
  return at >= 0 && same.getUTCDate() === Number(day) && same.getUTCHours() === Number(hour) ? made : undefined;
}

function iso(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `120112Z JUL 23` of a time typed into a field, as ISO; undefined where it is none. */
export function readDtg(text: string): string | undefined {
  const found = new RegExp(`^${DTG}$`, 'i').exec(text.trim());
  const at = found ? read(found.slice(1, 6)) : undefined;
  return at === undefined ? undefined : iso(at);
}
