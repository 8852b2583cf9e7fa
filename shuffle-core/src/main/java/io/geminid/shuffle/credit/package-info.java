/**
 * Credits: how many data elements may be under way in a channel.
 *
 * <p>One credit is one segment that the consumer keeps ready (INV K2). Start at {@link
 * io.geminid.shuffle.credit.CreditLedger}, the consumer's book of a channel; {@link
 * io.geminid.shuffle.credit.SenderCredit} is the producer's.
 *
 * <p>Totals are cumulative since the channel was opened, so a repeated or overwritten grant does no
 * harm. Imports {@code memory} and {@code shuffle.transport}. Credits are counts of segments.
 */
package io.geminid.shuffle.credit;
