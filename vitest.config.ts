import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["scope-registry-source"] } },
  test: {
    include: ["test/**/*.test.ts", "clients/typescript/test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Waiting ends with what is waited for: the bound only tells when to give up, on a machine however busy.
    expect: { poll: { timeout: 10_000 } },
  },
});
