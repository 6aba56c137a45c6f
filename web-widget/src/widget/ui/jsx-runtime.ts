// What TypeScript and the build turn JSX into. The elements' types are Preact's.

import type { JSX as Preact } from "preact";
import { type Child, type Component, Fragment, type Ref } from ".";

export { Fragment };

export function jsx(type: string | Component, props: Record<string, unknown>, key?: string | number): JSX.Element {
  return { type, props, key, constructor: undefined };
}

export { jsx as jsxs };

// Preact knows them, and here they would be set as attributes that mean nothing.
type Unknown = "className" | "htmlFor" | "style" | "defaultValue" | "defaultChecked" | "dangerouslySetInnerHTML" | `on${string}Capture`;

// Some are unions, and Omit alone would leave what all of them have in common.
type Without<Attributes> = Attributes extends unknown ? Omit<Attributes, "ref" | "children" | Unknown> : never;

export namespace JSX {
  export interface Element {
    type: string | Component;
    props: Record<string, unknown>;
    key: string | number | undefined;
    /** Marks what was made here. */
    constructor: undefined;
  }
  export type ElementType = string | Component;
  export interface ElementChildrenAttribute {
    children: Child;
  }
  export interface IntrinsicAttributes {
    key?: string | number;
  }
  export type IntrinsicElements = {
    [Tag in keyof Preact.IntrinsicElements]: Without<Preact.IntrinsicElements[Tag]> & {
      ref?: Ref<any> | null;
      children?: Child;
    };
  };
}
