export type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/**
 * `exact<string>()(value)` compiles when the value's type is `string`: not `any`, not a part of it.
 */
export declare function exact<Expected>(): <Actual>(
  value: Actual,
  ...same: Same<Expected, Actual> extends true ? [] : [expected: Expected]
) => void;
