// SPDX-License-Identifier: Apache-2.0
// Passkeys: what the node asks for goes to the browser, and what the browser makes of it goes back, as base64url.
import type { Schemas } from '$lib/api';

type Asked = Schemas['PasskeyAsked'];

/** Passkeys need a page that is reached by name and safely. */
export function canUsePasskeys(host: string): boolean {
  return host !== '' && isSecureContext && 'PublicKeyCredential' in globalThis;
}

export async function makePasskey(asked: Asked): Promise<Omit<Schemas['NewPasskeyIn'], 'name' | 'password'>> {
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: decode(asked.challenge),
      rp: { id: asked.host, name: 'tearline' },
      user: { id: decode(asked.user), name: asked.person, displayName: asked.person },
      pubKeyCredParams: [-7, -8].map((alg) => ({ type: 'public-key' as const, alg })),
      authenticatorSelection: { userVerification: 'required', residentKey: 'discouraged' },
      excludeCredentials: list(asked.known),
      attestation: 'none',
      timeout: 110_000
    }
  });
  const response = (made as PublicKeyCredential).response as AuthenticatorAttestationResponse;
  return {
    credential: encode((made as PublicKeyCredential).rawId),
    client_data: encode(response.clientDataJSON),
    attestation: encode(response.attestationObject)
  };
}

export async function usePasskey(asked: Asked): Promise<Schemas['PasskeyIn']> {
  const used = await navigator.credentials.get({
    publicKey: {
      challenge: decode(asked.challenge),
      rpId: asked.host,
      allowCredentials: list(asked.known),
      userVerification: 'required',
      timeout: 110_000
    }
  });
  const response = (used as PublicKeyCredential).response as AuthenticatorAssertionResponse;
  return {
    credential: encode((used as PublicKeyCredential).rawId),
    client_data: encode(response.clientDataJSON),
    authenticator_data: encode(response.authenticatorData),
    signature: encode(response.signature)
  };
}

const list = (known: readonly string[]) => known.map((id) => ({ type: 'public-key' as const, id: decode(id) }));

function decode(text: string): Uint8Array<ArrayBuffer> {
  const plain = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function encode(raw: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(raw));
  return btoa(plain).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
