// SPDX-License-Identifier: Apache-2.0
// A proof made here with fresh keys holds; and each thing that can be changed in it makes a step fail.
import { beforeAll, expect, test } from 'vitest';
import { toBase64 } from '$lib/ui/download';
import { climb, hex, leafHash, prove, type Proof } from './proof';

const TEXT = new TextEncoder();
const join = (...parts: Uint8Array[]) => new Uint8Array(parts.flatMap((part) => [...part]));
const sha = async (raw: Uint8Array) => new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(raw)));
const node = (left: Uint8Array, right: Uint8Array) => sha(join(Uint8Array.of(1), left, right));

interface Key { name: string; pair: CryptoKeyPair; public: string }

async function makeKey(name: string): Promise<Key> {
  const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  return { name, pair, public: toBase64(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))) };
}

async function sign(key: Key, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('Ed25519', key.pair.privateKey, TEXT.encode(text)));
}

const line = (key: Key, value: Uint8Array) => `— ${key.name} ${toBase64(join(new Uint8Array(4), value))}\n`;
const headOf = (origin: string, size: number, root: Uint8Array) => `${origin}\n${size}\n${toBase64(root)}\n`;

let good: Proof;

beforeAll(async () => {
  const [own, partner] = [await makeKey('KOR/node-1/anchor'), await makeKey('JPN/node-1/witness')];
  const leaves = await Promise.all(['a', 'b', 'c'].map((word) => leafHash(TEXT.encode(word))));
  const left = await node(leaves[0]!, leaves[1]!);
  const head = headOf('KOR/node-1/journal', 3, await node(left, leaves[2]!));
  const checkpoint = `${head}\n${line(own, await sign(own, head))}`;
  const body = JSON.stringify({ access: 'x', journal: checkpoint });
  const salt = Uint8Array.of(7, 8, 9);
  const commitment = await sha(join(TEXT.encode('tearline/commitment\0'), Uint8Array.of(0, 3), salt, TEXT.encode(body)));
  const leaf = `{"commitments":["${hex(commitment)}"],"entry":{"entry":"Anchored"}}`;
  const root = await leafHash(TEXT.encode(leaf));
  const seen = `cosignature/v1\ntime 5\n${headOf('KOR/node-1/anchor', 1, root)}`;
  const time = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 5);
  good = {
    log: 'journal', position: 2, header: 'c', size: 3, path: [hex(left)], checkpoint,
    anchor: {
      origin: 'KOR/node-1/anchor', position: 0, leaf, salt: hex(salt), body, size: 1, root: hex(root), path: [],
      cosignatures: [line(partner, join(time, await sign(partner, seen)))]
    },
    keys: [{ name: own.name, public: own.public, cosigns: false }, { name: partner.name, public: partner.public, cosigns: true }]
  };
});

const outcome = async (proof: Proof) => Object.fromEntries((await prove(proof)).map((step) => [step.name, step.ok]));

test('A2: what the node hands out is proved step by step', async () => {
  const steps = await prove(good);
  expect(steps.map((step) => [step.name, step.ok])).toEqual([
    ['leaf', true], ['path', true], ['signature', true], ['anchor', true], ['anchor_path', true], ['cosigned', true]
  ]);
  expect(steps.at(-1)?.values).toEqual({ count: 1, members: 'JPN' });
});

test('A2: an altered entry, place, path, checkpoint, anchor or cosignature is found by its step', async () => {
  const anchor = good.anchor!;
  expect((await outcome({ ...good, header: 'd' })).path).toBe(false);
  expect((await outcome({ ...good, position: 1 })).path).toBe(false);
  expect((await outcome({ ...good, path: [] })).path).toBe(false);
  const other = good.checkpoint.replace('\n3\n', '\n4\n');
  expect(await outcome({ ...good, checkpoint: other })).toMatchObject({ signature: false, anchor: false });
  expect((await outcome({ ...good, anchor: { ...anchor, salt: '070809ff' } })).anchor).toBe(false);
  expect((await outcome({ ...good, anchor: { ...anchor, root: '00'.repeat(32) } })).anchor_path).toBe(false);
  expect((await outcome({ ...good, anchor: { ...anchor, root: '00'.repeat(32) } })).cosigned).toBe(false);
});

test('a path of the wrong length leads nowhere', async () => {
  const leaf = await leafHash(TEXT.encode('a'));
  expect(await climb(leaf, 0, 1, [])).toEqual(leaf);
  expect(await climb(leaf, 0, 1, ['00'])).toBeUndefined();
  expect(await climb(leaf, 3, 3, [])).toBeUndefined();
});
