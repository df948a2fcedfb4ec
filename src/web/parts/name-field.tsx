interface NameFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onValue: (value: string) => void;
}

/** Where one types the name of something, as it is: nothing corrects or capitalizes it. */
export function NameField({ label, value, onValue }: NameFieldProps) {
  return (
    <label class="labelled">
      <span>{label}</span>
      <input
        type="text"
        value={value}
        spellcheck={false}
        autocomplete="off"
        autocapitalize="none"
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </label>
  );
}
