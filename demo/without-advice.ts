/** To be imported first: node-oidc-provider's advice for production would stand in the middle of the story. */
const { warn } = console;

console.warn = (...text: unknown[]) => {
  if (!String(text[0]).includes("oidc-provider WARNING")) warn(...text);
};
