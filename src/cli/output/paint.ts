import { styleText } from "node:util";

/** A colour or style of Node's `util.styleText`. */
export type Style = "green" | "yellow" | "red" | "cyan" | "magenta" | "bold" | "dim";

/** Colours a text, or leaves it as it is where colours are not wanted. */
export type Paint = (style: Style | undefined, text: string) => string;

/** Leaves every text as it is. */
export const plain: Paint = (_, text) => text;

/** Colours texts whatever they are written to. */
export const coloured: Paint = (style, text) =>
  style === undefined ? text : styleText(style, text, { validateStream: false });
