/**
 * The rules of the tree, as tests: which module may use which, forbidden calls, sizes, words.
 *
 * <p>Start at {@link io.geminid.architecture.TreeRulesTest}, which runs every rule over the
 * checkout. Lists of exceptions are in the rule classes, each entry with its reason. Sources are
 * read as text, see docs/decisions/004-tree-rules-by-source-scan.md.
 */
package io.geminid.architecture;
