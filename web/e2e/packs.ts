// SPDX-License-Identifier: Apache-2.0
// A policy pack as a file to be chosen: the shipped one with some words changed, in a zip without compression.
import { readdirSync, readFileSync } from 'node:fs';
import { crc32 } from 'node:zlib';

const SHIPPED = new URL('../../src/tearline/data/packs/exercise/', import.meta.url);

export interface Picked {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

/** `changes`: by file, words and what stands in their place, everywhere in it; a function makes the file anew. */
export function makePack(name: string, changes: Record<string, [string, string] | ((text: string) => string)> = {}): Picked {
  const files = readdirSync(SHIPPED).map((file): [string, Buffer] => {
    const raw = readFileSync(new URL(file, SHIPPED));
    const change = changes[file];
    if (!change) return [file, raw];
    const text = raw.toString('utf-8');
    const made = typeof change === 'function' ? change(text) : text.replaceAll(change[0], change[1]);
    if (made === text) throw new Error(`nothing changed in ${file}`);
    return [file, Buffer.from(made)];
  });
  return { name, mimeType: 'application/zip', buffer: zip(files) };
}

/** APPNOTE.TXT, the plainest form: stored files, then the directory. */
function zip(files: [string, Buffer][]): Buffer {
  const bodies: Buffer[] = [];
  const rows: Buffer[] = [];
  let at = 0;
  for (const [name, raw] of files) {
    const head = header(name, raw);
    bodies.push(Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), head, Buffer.from(name), raw]));
    const row = Buffer.alloc(16);
    row.writeUInt32LE(at, 10);
    rows.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), head.subarray(0, 26), row.subarray(0, 14), Buffer.from(name)]));
    at += bodies[bodies.length - 1]?.length ?? 0;
  }
  const directory = Buffer.concat(rows);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, directory, end]);
}

/** What stands of a file both before it and in the directory: version, flags, method, time, date, sum, sizes, lengths. */
function header(name: string, raw: Buffer): Buffer {
  const head = Buffer.alloc(26);
  head.writeUInt16LE(20, 0);
  head.writeUInt16LE(0x0021, 8);
  head.writeUInt32LE(crc32(raw), 10);
  head.writeUInt32LE(raw.length, 14);
  head.writeUInt32LE(raw.length, 18);
  head.writeUInt16LE(Buffer.byteLength(name), 22);
  return head;
}
