// The errors of class files: bad bytes from outside, told with the messages of OpenJDK's class file parser.

/** The bytes are no well-formed class file (JVMS §4.8). The machine throws it as java.lang.ClassFormatError. */
export class ClassFormatError extends Error {
  override readonly name: string = 'ClassFormatError';
}

/** The class file's version is not supported (JVMS §4.1). The machine throws java.lang.UnsupportedClassVersionError. */
export class UnsupportedClassVersion extends ClassFormatError {
  override readonly name = 'UnsupportedClassVersion';
}
