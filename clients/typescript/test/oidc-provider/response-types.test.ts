import { describe, expect, it } from "vitest";
import { createMemoryReplica } from "./memory-replica.ts";
import { authorize, claimsOf } from "./oauth-client.ts";
import { CALLBACK, startProvider } from "./running-provider.ts";

const BILLING = "https://billing.example.com/";

describe.each(["id_token token", "code token", "code id_token token"] as const)(
  "the response type %s",
  (responseType) => {
    it("has an access token for the resource of its scopes", async () => {
      await using running = await startProvider({
        replica: createMemoryReplica({ scopes: [{ name: "invoices:read", resources: [BILLING] }, { name: "search" }] }),
        configuration: {
          responseTypes: ["code", responseType],
          clients: [
            {
              client_id: "old-shop",
              token_endpoint_auth_method: "none",
              redirect_uris: [CALLBACK],
              grant_types: ["implicit", "authorization_code"],
              response_types: ["code", responseType],
            },
          ],
        },
      });
      const ask = async (scope: string) => {
        const client = { client_id: "old-shop", response_type: responseType, nonce: "nonce" };
        const { callback } = await authorize(running.issuer, { ...client, scope: `openid ${scope}` });
        return claimsOf({ status: 302, body: Object.fromEntries(callback) });
      };
      expect(await ask("invoices:read")).toMatchObject({ aud: BILLING, scope: "invoices:read" });
      expect(await ask("search")).toMatchObject({ aud: running.issuer, scope: "search" });
    });
  },
);
