import { parseTemplate } from "@scope-registry/client/judging";
import { CopyButton } from "../parts/copy-button.tsx";
import { ScopeName } from "../parts/scope-name.tsx";
import type { ParameterValues } from "./example-instance.ts";

/** What a family stands for: its parameters, and the instance that some values make, which the rest of the page shows too. */
export function FamilyParameters({
  name,
  values,
  instance,
  onChange,
}: {
  readonly name: string;
  readonly values: ParameterValues;
  /** Undefined: the values make none. */
  readonly instance: string | undefined;
  readonly onChange: (values: ParameterValues) => void;
}) {
  const parameters = parseTemplate(name)?.parameters ?? [];
  return (
    <>
      <p>
        It stands for every name that has a value in place of each parameter. A client asks for such a name, and the
        consent texts have its values.
      </p>
      <div class="form parameters">
        {parameters.map((parameter) => (
          <label key={parameter}>
            <code>{`{${parameter}}`}</code>
            <input
              value={values[parameter] ?? ""}
              maxLength={128}
              spellcheck={false}
              autocomplete="off"
              aria-invalid={instance === undefined}
              aria-describedby="family-rule"
              onInput={({ currentTarget }) => onChange({ ...values, [parameter]: currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <p id="family-rule" class="hint">
        A value has 1 to 128 letters, digits or any of <code>- _ ~ @ % + =</code>; the whole name at most 255
        characters.
      </p>
      <p class="instance" aria-live="polite">
        {instance === undefined ? (
          <span class="bad">These values make no name.</span>
        ) : (
          <>
            <ScopeName name={instance} /> <CopyButton text={instance} label={`Copy ${instance}`} />
          </>
        )}
      </p>
    </>
  );
}
