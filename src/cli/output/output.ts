/** Where a command writes: answers on standard output, everything else on standard error. */
import { once } from "node:events";
import type { WriteStream } from "node:tty";
import { type DescMessage, type MessageShape, toJsonString } from "@bufbuild/protobuf";
import { coloured, type Paint, plain } from "./paint.ts";

/** How answers are written. */
export interface OutputOptions {
  /** JSON lines in place of tables. */
  readonly json: boolean;
  /** Whether colours may be used where the terminal has them. */
  readonly color: boolean;
}

/** Where a command writes. */
export interface Output {
  readonly json: boolean;
  readonly paint: Paint;
  /** How many columns there are; Infinity: it is no terminal, and nothing is cut. */
  readonly width: number;
  /** Writes lines of the answer, and waits while the reader is slow. */
  print(...lines: readonly string[]): Promise<void>;
  /** Writes a message as one line of JSON, as the HTTP port answers it. */
  printJson<Desc extends DescMessage>(schema: Desc, message: MessageShape<Desc>): Promise<void>;
  /** Writes a line that is no part of the answer, on standard error. */
  note(text: string): void;
  /** Shows how far a long command has come, on a terminal alone. An empty text wipes it away. */
  progress(text: string): void;
}

/** Makes the output of this process. NO_COLOR and FORCE_COLOR count, as Node has them. */
export function createOutput({ json, color }: OutputOptions): Output {
  const { stdout, stderr } = process;
  async function print(...lines: readonly string[]): Promise<void> {
    if (lines.length > 0 && !stdout.write(`${lines.join("\n")}\n`)) await once(stdout, "drain");
  }
  return {
    json,
    paint: color && hasColors(stdout) ? coloured : plain,
    width: (stdout.isTTY && stdout.columns) || Number.POSITIVE_INFINITY,
    print,
    printJson: (schema, message) => print(toJsonString(schema, message)),
    note: (text) => void stderr.write(`${text}\n`),
    progress(text) {
      if (stderr.isTTY) stderr.write(`\r\u001b[K${text}`);
    },
  };
}

function hasColors(stream: WriteStream): boolean {
  return stream.isTTY && stream.hasColors();
}
