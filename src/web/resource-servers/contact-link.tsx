const MAIL_ADDRESS = /^[^\s@:/?#]+@[^\s@:/?#]+$/;

/** Whom to ask: a link only where it is what it should be, as anybody may have written it. */
export function ContactLink({ contact }: { readonly contact: string }) {
  const href = MAIL_ADDRESS.test(contact) ? `mailto:${contact}` : contact;
  if (!/^(mailto:|https:\/\/)/.test(href)) return <bdi class="breakable">{contact}</bdi>;
  return (
    <a class="breakable" href={href} rel="noreferrer">
      <bdi>{contact}</bdi>
    </a>
  );
}
