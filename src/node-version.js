/**
 * Refuses a Node that is too old, in words: it would end at the first thing that it does not know. Imported before all else, and with
 * nothing of its own that an old one could not read.
 */
import process from "node:process";

/** As `engines` in package.json. */
const OLDEST = 24;
const EXIT_FAULT = 70;

if (Number.parseInt(process.versions.node, 10) < OLDEST) {
  process.stderr.write(
    `Node ${process.versions.node} is too old, ${OLDEST} or newer is needed: start it with "npm run", which takes the one that "npm ci" has brought\n`,
  );
  process.exit(EXIT_FAULT);
}
