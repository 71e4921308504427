package bpf4j.sys;

import java.util.Optional;
import java.util.Set;

/**
 * The errno numbers of Linux: 1 to 133 from {@code include/uapi/asm-generic/errno.h} and {@code errno-base.h}, which
 * every {@link Architecture} here uses, and 512 to 531 from {@code include/linux/errno.h}. The latter are the kernel's
 * own and should not leave it, but some do, {@link #ENOTSUPP} above all, and no C library has a name for them.
 */
public enum Errno {
    /** Errno 1. */
    EPERM(1, "the operation needs a privilege that the caller lacks"),
    /** Errno 2. */
    ENOENT(2, "there is no such file, element or object"),
    /** Errno 3. */
    ESRCH(3, "there is no such process"),
    /** Errno 4. */
    EINTR(4, "a signal interrupted the call"),
    /** Errno 5. */
    EIO(5, "the device reported an input or output error"),
    /** Errno 6. */
    ENXIO(6, "there is no such device or address"),
    /** Errno 7. */
    E2BIG(7, "the arguments are larger than the kernel takes"),
    /** Errno 8. */
    ENOEXEC(8, "the file is not an executable of this machine"),
    /** Errno 9. */
    EBADF(9, "the file descriptor is not open or of the wrong kind"),
    /** Errno 10. */
    ECHILD(10, "there is no child process"),
    /** Errno 11. */
    EAGAIN(11, "the resource is not available now, try again"),
    /** Errno 12. */
    ENOMEM(12, "there is not enough memory"),
    /** Errno 13. */
    EACCES(13, "access is denied"),
    /** Errno 14. */
    EFAULT(14, "an address is outside the caller's memory"),
    /** Errno 15. */
    ENOTBLK(15, "a block device is needed"),
    /** Errno 16. */
    EBUSY(16, "the object is in use"),
    /** Errno 17. */
    EEXIST(17, "the object exists already"),
    /** Errno 18. */
    EXDEV(18, "the link would cross file systems"),
    /** Errno 19. */
    ENODEV(19, "there is no such device"),
    /** Errno 20. */
    ENOTDIR(20, "a part of the path is not a directory"),
    /** Errno 21. */
    EISDIR(21, "the path is a directory"),
    /** Errno 22. */
    EINVAL(22, "an argument is not valid"),
    /** Errno 23. */
    ENFILE(23, "the system has too many open files"),
    /** Errno 24. */
    EMFILE(24, "the process has too many open files"),
    /** Errno 25. */
    ENOTTY(25, "the request does not fit the device"),
    /** Errno 26. */
    ETXTBSY(26, "the executable is in use"),
    /** Errno 27. */
    EFBIG(27, "the file would become too large"),
    /** Errno 28. */
    ENOSPC(28, "there is no space left"),
    /** Errno 29. */
    ESPIPE(29, "the file cannot seek"),
    /** Errno 30. */
    EROFS(30, "the file system is read-only"),
    /** Errno 31. */
    EMLINK(31, "the file has too many links"),
    /** Errno 32. */
    EPIPE(32, "nobody reads from the other end"),
    /** Errno 33. */
    EDOM(33, "the argument is outside the function's domain"),
    /** Errno 34. */
    ERANGE(34, "the result is out of range"),
    /** Errno 35. */
    EDEADLK(35, "the call would deadlock"),
    /** Errno 36. */
    ENAMETOOLONG(36, "the name is too long"),
    /** Errno 37. */
    ENOLCK(37, "no locks are available"),
    /** Errno 38. */
    ENOSYS(38, "the kernel does not have this system call"),
    /** Errno 39. */
    ENOTEMPTY(39, "the directory is not empty"),
    /** Errno 40. */
    ELOOP(40, "the path has too many symbolic links"),
    /** Errno 42. */
    ENOMSG(42, "there is no message of this type"),
    /** Errno 43. */
    EIDRM(43, "the identifier was removed"),
    /** Errno 44. */
    ECHRNG(44, "the channel number is out of range"),
    /** Errno 45. */
    EL2NSYNC(45, "level 2 is not synchronized"),
    /** Errno 46. */
    EL3HLT(46, "level 3 is halted"),
    /** Errno 47. */
    EL3RST(47, "level 3 was reset"),
    /** Errno 48. */
    ELNRNG(48, "the link number is out of range"),
    /** Errno 49. */
    EUNATCH(49, "no protocol driver is attached"),
    /** Errno 50. */
    ENOCSI(50, "there is no CSI structure"),
    /** Errno 51. */
    EL2HLT(51, "level 2 is halted"),
    /** Errno 52. */
    EBADE(52, "the exchange is not valid"),
    /** Errno 53. */
    EBADR(53, "the request descriptor is not valid"),
    /** Errno 54. */
    EXFULL(54, "the exchange is full"),
    /** Errno 55. */
    ENOANO(55, "there is no anode"),
    /** Errno 56. */
    EBADRQC(56, "the request code is not valid"),
    /** Errno 57. */
    EBADSLT(57, "the slot is not valid"),
    /** Errno 58. */
    EDEADLOCK(58, "the call would deadlock (this number only on PowerPC)"),
    /** Errno 59. */
    EBFONT(59, "the font file is malformed"),
    /** Errno 60. */
    ENOSTR(60, "the device is not a stream"),
    /** Errno 61. */
    ENODATA(61, "there is no data"),
    /** Errno 62. */
    ETIME(62, "the timer expired"),
    /** Errno 63. */
    ENOSR(63, "there are no stream resources left"),
    /** Errno 64. */
    ENONET(64, "the machine is not on a network"),
    /** Errno 65. */
    ENOPKG(65, "the package is not installed"),
    /** Errno 66. */
    EREMOTE(66, "the object is on another machine"),
    /** Errno 67. */
    ENOLINK(67, "the link was cut"),
    /** Errno 68. */
    EADV(68, "the advertised resource is in use"),
    /** Errno 69. */
    ESRMNT(69, "the resource is mounted remotely"),
    /** Errno 70. */
    ECOMM(70, "sending failed"),
    /** Errno 71. */
    EPROTO(71, "the protocol was violated"),
    /** Errno 72. */
    EMULTIHOP(72, "the path would take several hops"),
    /** Errno 73. */
    EDOTDOT(73, "the remote file system reported an error"),
    /** Errno 74. */
    EBADMSG(74, "the message is malformed"),
    /** Errno 75. */
    EOVERFLOW(75, "the value does not fit its type"),
    /** Errno 76. */
    ENOTUNIQ(76, "the name is not unique on the network"),
    /** Errno 77. */
    EBADFD(77, "the file descriptor is in the wrong state"),
    /** Errno 78. */
    EREMCHG(78, "the remote address changed"),
    /** Errno 79. */
    ELIBACC(79, "a shared library cannot be accessed"),
    /** Errno 80. */
    ELIBBAD(80, "a shared library is damaged"),
    /** Errno 81. */
    ELIBSCN(81, "a library section is damaged"),
    /** Errno 82. */
    ELIBMAX(82, "too many shared libraries are linked"),
    /** Errno 83. */
    ELIBEXEC(83, "a shared library cannot be run"),
    /** Errno 84. */
    EILSEQ(84, "the byte sequence is not valid text"),
    /** Errno 85. */
    ERESTART(85, "the interrupted call should be restarted"),
    /** Errno 86. */
    ESTRPIPE(86, "the stream pipe failed"),
    /** Errno 87. */
    EUSERS(87, "there are too many users"),
    /** Errno 88. */
    ENOTSOCK(88, "the file descriptor is not a socket"),
    /** Errno 89. */
    EDESTADDRREQ(89, "a destination address is needed"),
    /** Errno 90. */
    EMSGSIZE(90, "the message is too long"),
    /** Errno 91. */
    EPROTOTYPE(91, "the protocol does not fit the socket"),
    /** Errno 92. */
    ENOPROTOOPT(92, "the protocol does not have this option"),
    /** Errno 93. */
    EPROTONOSUPPORT(93, "the protocol is not supported"),
    /** Errno 94. */
    ESOCKTNOSUPPORT(94, "the socket type is not supported"),
    /** Errno 95. */
    EOPNOTSUPP(95, "the operation is not supported"),
    /** Errno 96. */
    EPFNOSUPPORT(96, "the protocol family is not supported"),
    /** Errno 97. */
    EAFNOSUPPORT(97, "the address family is not supported"),
    /** Errno 98. */
    EADDRINUSE(98, "the address is in use"),
    /** Errno 99. */
    EADDRNOTAVAIL(99, "the address is not available here"),
    /** Errno 100. */
    ENETDOWN(100, "the network is down"),
    /** Errno 101. */
    ENETUNREACH(101, "the network cannot be reached"),
    /** Errno 102. */
    ENETRESET(102, "the network dropped the connection"),
    /** Errno 103. */
    ECONNABORTED(103, "the connection was aborted here"),
    /** Errno 104. */
    ECONNRESET(104, "the peer reset the connection"),
    /** Errno 105. */
    ENOBUFS(105, "there is no buffer space left"),
    /** Errno 106. */
    EISCONN(106, "the socket is connected already"),
    /** Errno 107. */
    ENOTCONN(107, "the socket is not connected"),
    /** Errno 108. */
    ESHUTDOWN(108, "the socket was shut down"),
    /** Errno 109. */
    ETOOMANYREFS(109, "there are too many references"),
    /** Errno 110. */
    ETIMEDOUT(110, "the time ran out"),
    /** Errno 111. */
    ECONNREFUSED(111, "the peer refused the connection"),
    /** Errno 112. */
    EHOSTDOWN(112, "the host is down"),
    /** Errno 113. */
    EHOSTUNREACH(113, "the host cannot be reached"),
    /** Errno 114. */
    EALREADY(114, "the operation is under way already"),
    /** Errno 115. */
    EINPROGRESS(115, "the operation has been started"),
    /** Errno 116. */
    ESTALE(116, "the file handle is stale"),
    /** Errno 117. */
    EUCLEAN(117, "the structure needs cleaning"),
    /** Errno 118. */
    ENOTNAM(118, "the file is not of the XENIX named type"),
    /** Errno 119. */
    ENAVAIL(119, "there are no XENIX semaphores"),
    /** Errno 120. */
    EISNAM(120, "the file is of the XENIX named type"),
    /** Errno 121. */
    EREMOTEIO(121, "the remote device reported an error"),
    /** Errno 122. */
    EDQUOT(122, "the quota is used up"),
    /** Errno 123. */
    ENOMEDIUM(123, "there is no medium in the device"),
    /** Errno 124. */
    EMEDIUMTYPE(124, "the medium is of the wrong type"),
    /** Errno 125. */
    ECANCELED(125, "the operation was cancelled"),
    /** Errno 126. */
    ENOKEY(126, "the key is not available"),
    /** Errno 127. */
    EKEYEXPIRED(127, "the key has expired"),
    /** Errno 128. */
    EKEYREVOKED(128, "the key was revoked"),
    /** Errno 129. */
    EKEYREJECTED(129, "the key or signature was rejected"),
    /** Errno 130. */
    EOWNERDEAD(130, "the owner of the lock died"),
    /** Errno 131. */
    ENOTRECOVERABLE(131, "the state cannot be recovered"),
    /** Errno 132. */
    ERFKILL(132, "the radio is switched off"),
    /** Errno 133. */
    EHWPOISON(133, "the memory page has a hardware error"),
    /** Errno 512. */
    ERESTARTSYS(512, "the kernel meant to restart the call"),
    /** Errno 513. */
    ERESTARTNOINTR(513, "the kernel meant to restart the call in any case"),
    /** Errno 514. */
    ERESTARTNOHAND(514, "the kernel meant to restart the call unless a signal is caught"),
    /** Errno 515. */
    ENOIOCTLCMD(515, "the driver does not know this ioctl"),
    /** Errno 516. */
    ERESTART_RESTARTBLOCK(516, "the kernel meant to go on by restart_syscall"),
    /** Errno 517. */
    EPROBE_DEFER(517, "the driver asks to be probed later"),
    /** Errno 518. */
    EOPENSTALE(518, "the open found a stale entry"),
    /** Errno 519. */
    ENOPARAM(519, "the parameter is not supported"),
    /** Errno 521. */
    EBADHANDLE(521, "the NFS file handle is not valid"),
    /** Errno 522. */
    ENOTSYNC(522, "the update is out of step"),
    /** Errno 523. */
    EBADCOOKIE(523, "the cookie is stale"),
    /** Errno 524. */
    ENOTSUPP(524, "the kernel does not support this operation here"),
    /** Errno 525. */
    ETOOSMALL(525, "the buffer or request is too small"),
    /** Errno 526. */
    ESERVERFAULT(526, "the server failed in an untranslatable way"),
    /** Errno 527. */
    EBADTYPE(527, "the server does not support this type"),
    /** Errno 528. */
    EJUKEBOX(528, "the request will take long and goes on"),
    /** Errno 529. */
    EIOCBQUEUED(529, "the request is queued and completes later"),
    /** Errno 530. */
    ERECALLCONFLICT(530, "the recalled state conflicts"),
    /** Errno 531. */
    ENOGRACE(531, "the grace period is over");

    /** The second name of {@link #EAGAIN}. */
    public static final Errno EWOULDBLOCK = EAGAIN;

    private static final Errno[] BY_NUMBER = new Errno[ENOGRACE.number + 1];

    static {
        for (Errno errno : values()) {
            BY_NUMBER[errno.number] = errno;
        }
    }

    private final int number;
    private final String description;

    Errno(int number, String description) {
        this.number = number;
        this.description = description;
    }

    /** {@return the number, greater than zero} */
    public int number() {
        return number;
    }

    /** {@return what it means, as a part of a sentence} */
    public String description() {
        return description;
    }

    /**
     * Tells whether a call ended with this errno.
     *
     * @param result what a call returned: a result, or a negated errno number
     * @return whether it is this errno, negated
     */
    public boolean is(long result) {
        return result == -number;
    }

    /**
     * Tells whether a call ended with one of several errnos.
     *
     * @param errnos the errnos
     * @param result what a call returned: a result, or a negated errno number
     * @return whether it is one of them, negated
     */
    public static boolean isOneOf(Set<Errno> errnos, long result) {
        return errnos.stream().anyMatch(errno -> errno.is(result));
    }

    /**
     * Finds the constant of a number.
     *
     * @param number an errno number, greater than zero
     * @return its constant, or empty if Linux has none
     */
    public static Optional<Errno> of(int number) {
        return number > 0 && number < BY_NUMBER.length ? Optional.ofNullable(BY_NUMBER[number]) : Optional.empty();
    }

    /**
     * Names a number.
     *
     * @param number an errno number, greater than zero
     * @return its name such as {@code ENOENT}, or {@code errno 4711} if Linux has none
     */
    public static String name(int number) {
        return of(number).map(Errno::name).orElse("errno " + number);
    }

    /**
     * Describes a number.
     *
     * @param number an errno number, greater than zero
     * @return what it means, as a part of a sentence
     */
    public static String describe(int number) {
        return of(number).map(Errno::description).orElse("an errno that Linux does not define");
    }
}
