(function(){var n=new Date(),t=function(d){return d.getFullYear()+"-"+("0"+(d.getMonth()+1)).slice(-2)+"-"+("0"+d.getDate()).slice(-2)},
today=t(n),made=new Date(document.documentElement.dataset.made+"T00:00:00");made.setDate(made.getDate()-1);
document.querySelectorAll("section[data-until]").forEach(function(s){
if(today>s.dataset.until||today<t(made))s.querySelector(".over").hidden=false;
else s.append(s.querySelector("template").content.cloneNode(true))})})()
