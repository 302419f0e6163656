/** On `dev` TUF metadata lives ten years from its move, so that a no-op stays one. In seconds. */
export const tenYears = 10 * 365 * 24 * 60 * 60;
