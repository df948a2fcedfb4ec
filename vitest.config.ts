import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["scope-registry-source"] } },
  test: {
    include: ["test/**/*.test.ts", "clients/typescript/test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts", "test/support/catalogue-setup.ts"],
    // One for each core, and none kept free, as the library would: tests wait for servers much of their time.
    maxWorkers: "100%",
    testTimeout: 30_000,
    // A database is dropped once the transaction of a server that was killed in the middle of it has expired: MongoDB ends it
    // after 60 seconds, and looks every 30.
    hookTimeout: 150_000,
    // Waiting ends with what is waited for: the bound only tells when to give up, on a machine however busy.
    expect: { poll: { timeout: 10_000 } },
  },
});
