import type { CommandWords } from "./command-words.ts";

/** The shells that there are scripts for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** A script that makes a shell complete commands and flags, and files after them. In bash, values of flags that have a choice too. */
export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  return { bash, zsh, fish }[shell](commands);
}

/** The first two words that are no flags are the command; of most commands the first alone. */
function bash(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ path, commands: children, flags }) => {
    const words = [...children, ...flags].map(({ word }) => word).join(" ");
    return `    "${path}") words="${words}" ;;`;
  });
  const values = commands.flatMap(({ path, flags }) =>
    flags
      .filter((flag) => flag.values.length > 0)
      .map((flag) => `    "${path} ${flag.word}") words="${flag.values.join(" ")}" ;;`),
  );
  const groups = groupNames(commands).join("|");
  return `# bash completion of scope-registry
_scope_registry() {
  local word path="" words="" current="\${COMP_WORDS[COMP_CWORD]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] && continue
    case "$path" in
      "") path="$word" ;;
      ${groups}) path="$path $word"; break ;;
      *) break ;;
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  case "$path \${COMP_WORDS[COMP_CWORD-1]}" in
${values.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _scope_registry scope-registry
`;
}

function zsh(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ path, commands: children, flags }) => {
    const entries = [...children, ...flags].map(({ word, meaning }) =>
      quoted(`${word.replaceAll(":", "\\:")}:${meaning}`),
    );
    return `    "${path}") entries=(${entries.join(" ")}) ;;`;
  });
  const groups = groupNames(commands).join("|");
  return `#compdef scope-registry
_scope_registry() {
  local word line=""
  local -a entries
  for word in "\${(@)words[2,CURRENT-1]}"; do
    [[ $word == -* ]] && continue
    case "$line" in
      "") line="$word" ;;
      ${groups}) line="$line $word"; break ;;
      *) break ;;
    esac
  done
  case "$line" in
${cases.join("\n")}
  esac
  _describe 'scope-registry' entries || _files
}
compdef _scope_registry scope-registry
`;
}

function fish(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ path, commands: children, flags }) => {
    const [first = "", second] = path.split(" ");
    const unlessChild =
      children.length === 0
        ? ""
        : `; and not __fish_seen_subcommand_from ${children.map(({ word }) => word).join(" ")}`;
    const where =
      first === ""
        ? "__fish_use_subcommand"
        : `__fish_seen_subcommand_from ${first}${second === undefined ? unlessChild : `; and __fish_seen_subcommand_from ${second}`}`;
    const condition = `complete -c scope-registry -n ${quoted(where)}`;
    return [
      ...children.map(({ word, meaning }) => `${condition} -f -a ${word} -d ${quoted(meaning)}`),
      ...flags.map(({ word, meaning }) => `${condition} -l ${word.replace(/^--/, "")} -d ${quoted(meaning)}`),
    ];
  });
  return `# fish completion of scope-registry\n${lines.join("\n")}\n`;
}

/** The commands that have commands of their own. */
function groupNames(commands: readonly CommandWords[]): string[] {
  return commands.filter(({ path, commands: children }) => path !== "" && children.length > 0).map(({ path }) => path);
}

/** A word for a shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
