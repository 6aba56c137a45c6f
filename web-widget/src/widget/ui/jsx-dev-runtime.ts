// Under `npm run dev` JSX is turned into this.
export { Fragment, jsx as jsxDEV } from "./jsx-runtime";
