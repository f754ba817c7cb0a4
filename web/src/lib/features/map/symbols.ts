// SPDX-License-Identifier: Apache-2.0
// Pictures of APP-6 symbols.
import ms from 'milsymbol';
import { OTHER } from './codes.ts';

const PIXELS = 2;
const SIZE = 20;

export interface Drawn {
  data: ImageData;
  pixelRatio: number;
}

/** The picture of a code; that of an unknown one where the code draws nothing. */
export function drawSymbol(code: string): Drawn {
  const colors = { Civilian: '#c9a3ff', Friend: '#80e0ff', Hostile: '#ff8080', Neutral: '#aaffaa', Unknown: '#ffff80', Suspect: '#ffe599' };
  const make = (sidc: string) => new ms.Symbol(sidc, { size: SIZE, colorMode: colors, outlineWidth: 3, outlineColor: '#0b0f14', infoFields: false });
  const symbol = make(code);
  const canvas = (symbol.isValid() ? symbol : make(OTHER)).asCanvas(PIXELS);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas to draw on');
  return { data: context.getImageData(0, 0, canvas.width, canvas.height), pixelRatio: PIXELS };
}
