/**
 * Replaces `$(NAME)` by what `valueOf` says of NAME; a name it does not know stays as written. `$$` is one dollar sign,
 * so `$$(NAME)` comes out as the text `$(NAME)`. Any other dollar sign stands for itself (E14).
 */
export function expandReferences(text: string, valueOf: (name: string) => string | undefined): string {
  return text.replaceAll(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) => {
    if (name === undefined) return '$';
    return valueOf(name) ?? whole;
  });
}
