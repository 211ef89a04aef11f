// SPDX-License-Identifier: Apache-2.0
// The report's style sheet. Line colours are those of Okabe and Ito, which
// differ for every kind of colour vision.
#pragma once

#include <string_view>

#include "moestro/base/api.h"

MOESTRO_API_BEGIN
namespace moestro {

// What a drawing needs by itself.
inline constexpr std::string_view kChartCss = R"css(
:root{color-scheme:light dark;--page:#fbfbfa;--card:#fff;--ink:#1b1f24;
--soft:#5d6670;--rule:#e3e5e8;--c1:#0072b2;--c2:#d55e00;--c3:#009e73;
--c4:#b3639a;--c5:#8a6d00;--c6:#3a8fc7;--good:#00795a;--warn:#a05a00;
--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--page:#111417;--card:#181c20;
--ink:#e7eaed;--soft:#98a2ad;--rule:#2b3137;--c1:#5ab4e8;--c2:#f08a4b;
--c3:#3ec59b;--c4:#d893c0;--c5:#d9bb4a;--c6:#8fcdf0;--good:#3ec59b;
--warn:#e8a33d;--bad:#f28b82}}
text{font:12px system-ui,sans-serif;fill:var(--soft)}
.end{text-anchor:end}.mid{text-anchor:middle}
.note{font-size:12px;paint-order:stroke;stroke:var(--card);stroke-width:4px}
.grid{stroke:var(--rule);stroke-width:1}
.level{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 4}
.line{fill:none;stroke-width:1.9;stroke-linejoin:round;stroke-linecap:round}
.c1{stroke:var(--c1)}.c2{stroke:var(--c2)}.c3{stroke:var(--c3)}
.c4{stroke:var(--c4)}.c5{stroke:var(--c5)}.c6{stroke:var(--c6)}
.faint{stroke:var(--c1);stroke-width:1;opacity:.32}
.floor{stroke:var(--soft);stroke-width:1.5}
.limit{stroke:var(--soft);stroke-width:1.5;stroke-dasharray:5 4}
.bar{fill:var(--c1)}
.mark{stroke:var(--bad);stroke-width:1.2}.paper{fill:var(--card)}
)css";

// What the page around it needs.
inline constexpr std::string_view kPageCss = R"css(
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;
font-variant-numeric:tabular-nums}
main{max-width:880px;margin:0 auto;padding:48px 24px 80px}
h1{font-size:30px;line-height:1.2;letter-spacing:-.015em;margin:0 0 4px}
h2{font-size:20px;letter-spacing:-.01em;margin:0 0 2px}
h3{font-size:14px;font-weight:600;color:var(--soft);margin:14px 0 2px}
.sub,.how{color:var(--soft);margin:0}
.how{max-width:68ch;margin-bottom:14px;font-size:15px}
section{margin-top:44px}
.tiles{display:grid;gap:12px;margin:26px 0 20px;
grid-template-columns:repeat(auto-fit,minmax(152px,1fr))}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:10px;
padding:14px 16px}
.tile b{display:block;font-size:26px;font-weight:600;line-height:1.25;
letter-spacing:-.01em}
.tile span{display:block;font-size:13px;color:var(--soft);line-height:1.4}
.says{list-style:none;margin:0;padding:0}
.says li{padding:3px 0 3px 26px;position:relative}
.says li::before{position:absolute;left:2px;font-weight:700}
.good::before{content:"✓";color:var(--good)}
.neutral::before{content:"·";color:var(--soft)}
.warn::before{content:"!";color:var(--warn)}
.bad::before{content:"✗";color:var(--bad)}
figure{margin:0;background:var(--card);border:1px solid var(--rule);
border-radius:10px;padding:14px 14px 8px}
.grid2{display:grid;gap:12px;
grid-template-columns:repeat(auto-fit,minmax(min(370px,100%),1fr))}
figure+figure{margin-top:12px}.grid2 figure{margin:0}
figcaption{font-size:13px;font-weight:600;color:var(--soft);margin:0 0 4px 6px}
svg{display:block;width:100%;height:auto;overflow:visible}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:center;
font-size:13px;color:var(--soft);margin:0 0 8px 6px}
.legend span{display:inline-flex;align-items:center;gap:7px}
.chip{width:22px;height:8px}.scale{width:340px;max-width:100%}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:14px;width:100%}
th{font-weight:600;color:var(--soft);font-size:13px;text-align:right;
padding:5px 9px;border-bottom:1px solid var(--rule);white-space:nowrap}
td{text-align:right;padding:5px 9px;border-bottom:1px solid var(--rule);
white-space:nowrap}
tr:last-child td{border-bottom:0}
th:first-child,td:first-child{text-align:left}
.lift td:not(:first-child){text-align:center;padding:5px 4px;font-size:12.5px;
border:2px solid var(--card);border-radius:5px;min-width:38px}
.lift th{border:0;text-align:center}.lift td:first-child{border:0}
.hot{color:var(--warn);font-weight:600}.dead{color:var(--bad);font-weight:600}
.stack{display:flex;height:26px;border-radius:6px;overflow:hidden;gap:2px}
.stack i{display:block;min-width:2px}
.dot{width:10px;height:10px;border-radius:3px;display:inline-block}
.p0{background:var(--c1)}.p1{background:var(--c2)}.p2{background:var(--c3)}
.p3{background:var(--c4)}.p4{background:var(--c5)}.p5{background:var(--c6)}
.p6{background:var(--soft)}
dt{font-weight:600;margin-top:8px}dd{margin:0;color:var(--soft)}
code{font:13px ui-monospace,monospace;color:var(--soft)}
details{margin-top:12px}summary{cursor:pointer;color:var(--soft)}
pre{background:var(--card);border:1px solid var(--rule);border-radius:10px;
padding:14px 16px;overflow-x:auto;font:13px/1.5 ui-monospace,monospace}
footer{margin-top:56px;color:var(--soft);font-size:13px}
@media print{body{background:#fff}section{break-inside:avoid}}
.alarms td:last-child{white-space:normal;text-align:left}
.verdict h3{color:var(--ink);font-size:16px}.verdict ul{margin:4px 0}
)css";

}  // namespace moestro
MOESTRO_API_END
