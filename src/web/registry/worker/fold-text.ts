/** What is in the usual range of names and of English: most texts have nothing else. */
const UNUSUAL = /[^ -~]/;
/** Accents of Latin, Greek and Cyrillic letters, and the vowel points of Hebrew and Arabic, which are seldom typed. */
const MARKS = /[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u064b-\u065f\u0670]/g;
/** Letters that Unicode takes for no others with a mark, and that people type as if they were. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ı: "i",
  ς: "σ",
};
const FOLDED_LETTERS = new RegExp(`[${Object.keys(LETTERS).join("")}]`, "g");

/** A text as it is compared: without case, accents and compatibility forms. Folding it once more changes nothing. */
export function foldText(text: string): string {
  if (!UNUSUAL.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .toLowerCase()
    .normalize("NFKD")
    .replace(MARKS, "")
    .replace(FOLDED_LETTERS, (letter) => LETTERS[letter] ?? letter);
}
