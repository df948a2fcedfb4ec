/** What measures a page from inside: it runs before the page's own script. */

/** What a page has noted so far, in milliseconds. */
export interface PageNotes {
  /** From the beginning of the page until the first row of the list was there; undefined: there is none. */
  readonly firstRow: number | undefined;
  /** How long the worker took for each list, as the page saw it. */
  readonly answers: readonly number[];
  /** The longest time between two frames. */
  readonly longestFrame: number;
}

/** The script. `pageNotes()` gives what was noted, and forgets the answers and frames. */
export const PAGE_METER = `
  const notes = { firstRow: undefined, answers: [], longestFrame: 0 };
  const asked = new Map();
  const { postMessage, addEventListener } = Worker.prototype;
  Worker.prototype.postMessage = function (message, ...rest) {
    if (message.type === "question") asked.set(message.id, performance.now());
    return postMessage.call(this, message, ...rest);
  };
  Worker.prototype.addEventListener = function (type, hear) {
    addEventListener.call(this, type, (event) => {
      const since = asked.get(event.data?.id);
      if (event.data?.type === "answer" && since !== undefined) notes.answers.push(performance.now() - since);
      hear(event);
    });
  };
  let last;
  const frame = (now) => {
    if (last !== undefined) notes.longestFrame = Math.max(notes.longestFrame, now - last);
    last = now;
    notes.firstRow ??= document.querySelector("tr[data-index]") ? performance.now() : undefined;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  globalThis.pageNotes = () => {
    const { firstRow, answers, longestFrame } = notes;
    notes.answers = [];
    notes.longestFrame = 0;
    return { firstRow, answers, longestFrame };
  };
`;
