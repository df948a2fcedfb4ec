/** Tells the story on a registry of its own, with the embedded store, on free ports of this machine: `npm run demo`. */
import "./without-advice.ts";
import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { styleText } from "node:util";
import { startApp } from "../src/app.ts";
import { loadSettings } from "../src/config/settings.ts";
import { createLogger } from "../src/observability/logger.ts";
import { playStory, type Step } from "./story.ts";

const WIDTH = 84;
const TOKEN_SECONDS = 600;

let steps = 0;

function show({ title, details, milliseconds }: Step): void {
  steps += 1;
  const time = `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
  const head = `${String(steps).padStart(2)}  ${title} `;
  const dots = ".".repeat(Math.max(3, WIDTH - head.length - time.length - 1));
  const lines = details.map((detail) => `      ${detail}\n`).join("");
  process.stdout.write(
    `${styleText("bold", head)}${styleText("dim", dots)} ${styleText("green", time)}\n${styleText("dim", lines)}\n`,
  );
}

const dataDir = await mkdtemp(join(tmpdir(), "scope-registry-demo-"));
for (const [signal, exitCode] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const) {
  process.once(signal, () => {
    rmSync(dataDir, { recursive: true, force: true });
    process.exit(exitCode);
  });
}
try {
  const startedAt = performance.now();
  const settings = loadSettings(
    {
      SCOPE_REGISTRY_DEV: "true",
      SCOPE_REGISTRY_DATA_DIR: dataDir,
      SCOPE_REGISTRY_GRPC_ADDRESS: "127.0.0.1:0",
      SCOPE_REGISTRY_HTTP_ADDRESS: "127.0.0.1:0",
    },
    [],
  );
  const app = await startApp(settings, createLogger("silent"));
  const address = `127.0.0.1:${app.grpcPort}`;
  process.stdout.write("\nThe scope registry, with a real authorization server and real APIs on this machine.\n\n");
  show({
    title: "The registry starts",
    details: [`gRPC at ${address}, embedded store`],
    milliseconds: performance.now() - startedAt,
  });
  try {
    await playStory(
      {
        address,
        token: async (clientId, scope) =>
          (await app.devIssuer?.mint({ clientId, scope, ttlSeconds: TOKEN_SECONDS, audience: settings.audience })) ??
          "",
      },
      show,
    );
  } finally {
    await app.close();
  }
  process.stdout.write("That was all of it: everything is stopped again.\n");
} catch (error) {
  process.stderr.write(`The story went otherwise: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  await rm(dataDir, { recursive: true, force: true });
}
