import { openHttpLoad } from "../../load/load-generator.ts";
import type { Django } from "../../peers/django/start-django.ts";
import { scopeName } from "../../registry/bench-scopes.ts";
import {
  CONNECTIONS,
  grants,
  newScopeName,
  ownScopeName,
  REGISTRATIONS,
  type Side,
  TOKEN_SCOPES,
  tokenRequest,
} from "./side.ts";

/** The authorization server with the extension, as a side of the comparison. */
export function djangoSide({ origin, seed, usage }: Django): Side {
  const bearer = { authorization: `Bearer ${seed.callerToken}` };
  const json = { ...bearer, "content-type": "application/json" };
  const form = { ...bearer, "content-type": "application/x-www-form-urlencoded" };
  const issuing = tokenRequest(seed.clientId, seed.clientSecret, TOKEN_SCOPES.map(scopeName).join(" "));
  const open = (path: string, headers: Readonly<Record<string, string>>, bodies: readonly string[]) =>
    openHttpLoad({ url: `${origin}${path}`, headers, bodies, connections: CONNECTIONS }, usage);
  return {
    loads: {
      issue: () => open("/token/", issuing.headers, [issuing.body]),
      register: () => open("/scopes/", json, registrations(newScopeName)),
      update: () => open("/scopes/", json, registrations(ownScopeName)),
      introspect: () => {
        const bodies = seed.shownTokens.map((token) => `token=${token}`);
        return open("/introspect/", form, bodies);
      },
    },
    async register(name) {
      const body = scopeBody(name, "New");
      const { status } = await fetch(`${origin}/scopes/`, { method: "POST", headers: json, body });
      if (status !== 201) throw new Error(`Registering scope ${name} is answered ${status}`);
    },
    isGranted: (name) => grants(`${origin}/token/`, tokenRequest(seed.clientId, seed.clientSecret, name)),
  };
}

function registrations(name: (at: number) => string): readonly string[] {
  return Array.from({ length: REGISTRATIONS }, (_, at) => scopeBody(name(at), `Read, as of ${at}`));
}

function scopeBody(name: string, description: string): string {
  return JSON.stringify({ name, description, is_default: false });
}
