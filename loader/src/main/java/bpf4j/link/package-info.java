/**
 * Attachments: what makes the kernel run a loaded program, or use a struct_ops map.
 *
 * <p>Each is a {@link bpf4j.link.Link}. Closing it ends the attachment, unless it was pinned.
 */
package bpf4j.link;
