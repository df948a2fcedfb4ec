/** The HTTP port with a catalogue of made-up files, and nothing behind it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { SignInEndpoints } from "../../src/auth/sign-in-metadata.ts";
import { createLogger } from "../../src/observability/logger.ts";
import { ArrivalBudget } from "../../src/transport/arrival-budget.ts";
import type { CallPipeline } from "../../src/transport/call-pipeline.ts";
import { type CatalogueFiles, readCatalogueFiles } from "../../src/transport/http/catalogue/catalogue-files.ts";
import type { CatalogueParts } from "../../src/transport/http/catalogue/catalogue-routes.ts";
import { startHttpServer } from "../../src/transport/http/http-server.ts";
import { UnreadBudget } from "../../src/transport/unread-budget.ts";

/** What the page is in these tests, and its script. */
export const PAGE = "<!doctype html><title>Scope registry</title>";
export const SCRIPT = `export const text = "${"scope ".repeat(500)}";\n`;

/** The files as they are read from a folder that they were built into. */
export function builtFiles(): CatalogueFiles | undefined {
  const folder = mkdtempSync(join(tmpdir(), "catalogue-"));
  try {
    mkdirSync(join(folder, "assets"));
    const write = (name: string, bytes: string | Buffer) => writeFileSync(join(folder, name), bytes);
    write("index.html", PAGE);
    write("assets/main-ABC123.js", SCRIPT);
    write("assets/main-ABC123.js.br", brotliCompressSync(SCRIPT));
    write("assets/main-ABC123.js.gz", gzipSync(SCRIPT));
    write("assets/main-DEF456.css", "body { margin: 0 }");
    return readCatalogueFiles(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How a server's catalogue differs from the usual one. */
export interface PagesOptions {
  readonly files?: CatalogueFiles | undefined;
  readonly dev?: boolean;
  /** What the issuer tells; undefined: it cannot be asked. */
  readonly endpoints?: () => SignInEndpoints | undefined;
}

/** Starts it. */
export async function startPages(options: PagesOptions): Promise<{ url: string; stop: () => Promise<void> }> {
  const { files, dev = false, endpoints } = options;
  const catalogue: CatalogueParts = {
    files,
    config: {
      access: "sign_in",
      dev,
      grpc_address: "127.0.0.1:50051",
      grpc_tls: false,
      audience: "scope-registry",
      scopes: {
        read: "scope_registry.read",
        admin: "scope_registry.admin",
        register: "scope_registry.register",
        validate: "scope_registry.validate",
      },
      issuers: ["https://login.example.com"],
    },
    signIn: endpoints && {
      issuer: "https://login.example.com/realm",
      clientId: "catalogue",
      metadata: { endpoints: async () => endpoints() },
    },
    openPipeline: undefined,
  };
  const { port, close } = await startHttpServer({
    host: "127.0.0.1",
    port: 0,
    services: [],
    // No method can be called.
    pipeline: {} as CallPipeline,
    budget: new ArrivalBudget(),
    unread: new UnreadBudget(),
    catalogue,
    tls: undefined,
    status: () => ({ ready: true, reason: "", revision: 1, asOf: 0, writes: true }),
    logger: createLogger("silent"),
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => close(0) };
}
