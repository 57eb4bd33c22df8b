// What the verifier asks about classes other than the one that it verifies.

/**
 * The classes as the verified class's loader sees them, by internal name. Every method may have to load a class and
 * may throw anything for that: the verifier has no side effects, and verifyClass is called again from the start.
 */
export interface TypeHierarchy {
  isInterface(className: string): boolean;
  /** The direct superclass; null for java/lang/Object; java/lang/Object for an interface. */
  superclassOf(className: string): string | null;
  /**
   * For the protected check (JVMS §4.10.1.8): looks a member up in a class and its superclasses, and tells whether it
   * is protected and declared in another run-time package than `from` is in. false where there is no such member.
   */
  isProtectedInOtherPackage(member: MemberQuery, from: string): boolean;
}

export interface MemberQuery {
  readonly kind: 'field' | 'method';
  readonly className: string;
  readonly name: string;
  readonly descriptor: string;
}
