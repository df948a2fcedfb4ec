/** Where the server's process begins: see `server-process.ts`, which is imported once what Node makes of it can be kept. */
import "./node-version.js";
import "./compile-cache.js";

const { runProcess } = await import("./server-process.ts");
await runProcess();
