/** A registry that holds a sample, to look at in a browser until it is stopped: `npm run demo:catalogue`. */
import "../without-advice.ts";
import { once } from "node:events";
import { openSampleRegistry } from "./sample-registry.ts";

await using registry = await openSampleRegistry(Number(process.env["PORT"] ?? 0));
process.stdout.write(`
A registry with a sample of scopes is running.

  To read                  ${registry.url}/
  As one who may do more   ${registry.url}/sign-in#token=${registry.operatorToken}

Stop it with Ctrl-C: everything in it is gone then.
`);
await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
