import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { npmEnvironment, packClient } from "../../clients/typescript/test/package/packed-client.ts";
import { readPage } from "../support/documented-page.ts";
import { freePort } from "../support/free-port.ts";
import { startPageReader } from "../support/page-reader.ts";
import { REPOSITORY } from "../support/run-command.ts";

const TIMEOUT_MS = 180_000;

it("docs/node.md works step by step as printed, but for the ports", { timeout: TIMEOUT_MS }, async () => {
  await using opened = new AsyncDisposableStack();
  const [issuer, api, registry] = [await freePort(), await freePort(), await freePort()];
  const client = opened.use(await packClient());
  const registryData = opened.use(await startPageReader());
  const reader = opened.use(
    await startPageReader({
      folders: { "scope-registry": REPOSITORY },
      replacements: [
        [/\b3000\b/g, String(issuer)],
        [/\b4000\b/g, String(api)],
        [/\b50051\b/g, String(registry)],
        ["npm install @scope-registry/client", `npm install ${client.tarball}`],
        ["../registry-data", join(registryData.folder, "registry-data")],
      ],
      env: {
        ...npmEnvironment(),
        npm_config_audit: "false",
        npm_config_prefer_offline: "true",
        PATH: `${dirname(process.execPath)}:${process.env["PATH"]}`,
        SCOPE_REGISTRY_GRPC_ADDRESS: `127.0.0.1:${registry}`,
        SCOPE_REGISTRY_HTTP_ADDRESS: "127.0.0.1:0",
      },
    }),
  );
  const steps = await readPage("docs/node.md");
  expect(steps.filter(({ kind }) => kind === "command").length).toBeGreaterThan(12);
  for (const step of steps) await reader.follow(step);
});
