customElements.get("duta-story")||customElements.define("duta-story",class extends HTMLElement{
connectedCallback(){var t=this,s=t.getAttribute("src"),a=t.querySelector("a"),f;if(!s||t.f)return;
f=t.f=document.createElement("iframe");f.title=a?a.textContent:"";f.loading="lazy";f.referrerPolicy="no-referrer";
f.setAttribute("sandbox","allow-scripts allow-popups allow-popups-to-escape-sandbox");
f.style.cssText="border:0;width:100%;height:"+(+t.getAttribute("height")||420)+"px";
f.onload=function(){t.firstElementChild.hidden=1;f.contentWindow.postMessage({message:"ready"},"*")};
t.h=function(e){var d=e.data||0;if(e.source==f.contentWindow&&d.message=="height"&&d.value>0)f.style.height=Math.min(d.value,3e3)+"px"};
addEventListener("message",t.h);f.src=s;t.append(f)}
disconnectedCallback(){removeEventListener("message",this.h)}})
