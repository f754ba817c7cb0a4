// SPDX-License-Identifier: Apache-2.0
// Korean and Japanese fonts: some 240 rules by range of characters, so a chunk of its own beside the first page.
import '@fontsource-variable/noto-sans-kr/wght.css';
import '@fontsource-variable/noto-sans-jp/wght.css';
