// A Lisp source file is imported as its text: the interpreter itself reads no files.
declare module "*.scm" {
  const text: string;
  export default text;
}
