# Counts the test cases in JUnit XML reports; works in mawk, gawk and busybox awk.
#
# Cases are counted, not the totals that a report claims for itself: a report cut short by a crash then counts for what it
# holds. Prints "FAILED name: message", with the command that repeats it where the test gives one, and "SKIPPED name: reason"
# lines, then "COUNT passed failed skipped".
#
# The file is read tag by tag (records end at '<'); text in CDATA sections may hold anything, also tags, and is stepped over.

BEGIN { RS = "<"; passed = failed = skipped = 0 }

FNR == 1 { inText = 0; inCase = 0 }

inText {
    if (inCase) noteRepeat($0)
    if (index($0, "]]>")) inText = 0
    next
}

/^!\[CDATA\[/ {
    if (inCase && outcome != "passed" && message == "") message = oneLine(substr($0, 9))
    if (inCase) noteRepeat($0)
    if (!index($0, "]]>")) inText = 1
    next
}

/^testcase[ \t\r\n]/ {
    inCase = 1
    outcome = "passed"
    message = repeat = ""
    name = attribute("classname") "." attribute("name")
    if (isClosed()) endCase()
    next
}

inCase && /^(failure|error)[ \t\r\n>\/]/ { outcome = "failed"; message = reason() }

inCase && /^skipped[ \t\r\n>\/]/ { outcome = "skipped"; message = reason() }

/^\/testcase/ { endCase() }

END { print "COUNT", passed, failed, skipped }

function endCase() {
    inCase = 0
    if (outcome == "failed") { failed++; print "FAILED " name ": " message (repeat == "" ? "" : "; " repeat) }
    else if (outcome == "skipped") { skipped++; print "SKIPPED " name ": " (message == "" ? "no reason given" : message) }
    else passed++
}

function noteRepeat(text) {
    if (repeat == "" && match(text, /repeat with: [^\r\n]*/)) repeat = substr(text, RSTART, RLENGTH)
}

# The tag ends itself: "/>", with nothing but white space after it in this record.
function isClosed() {
    return $0 ~ /\/>[ \t\r\n]*$/
}

# From the attribute, or else the first line of the text inside the tag; empty when that is yet to come, as CDATA.
function reason(    text) {
    text = attribute("message")
    return text != "" ? text : oneLine(substr($0, index($0, ">") + 1))
}

# The value of an attribute of the tag in $0.
function attribute(key,    text, from) {
    from = match($0, "[ \t\r\n]" key "=\"")
    if (!from) return ""
    text = substr($0, from + RLENGTH)
    text = substr(text, 1, index(text, "\"") - 1)
    gsub(/&#10;|&#13;|[\r\n]/, " ", text)
    gsub(/&lt;/, "<", text)
    gsub(/&gt;/, ">", text)
    gsub(/&quot;/, "\"", text)
    gsub(/&apos;/, "'", text)
    gsub(/&amp;/, "\\&", text)
    return short(text)
}

function oneLine(text) {
    sub(/^[ \t\r\n]+/, "", text)
    sub(/[\r\n].*/, "", text)
    sub(/\]\]>.*/, "", text)
    return short(text)
}

function short(text) {
    return length(text) > 300 ? substr(text, 1, 300) "..." : text
}
